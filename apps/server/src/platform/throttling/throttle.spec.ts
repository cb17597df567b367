import { RequestError } from '../errors';
import { Throttle } from './throttle';

describe('Throttle', () => {
  it('refuses one key only, and says how long', async () => {
    const throttle = new Throttle({ points: 2, seconds: 60 });
    await throttle.take('a');
    await throttle.take('a');
    await expect(throttle.check('a')).rejects.toMatchObject({ code: 'throttled' });
    const refusal: unknown = await throttle.take('a').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RequestError);
    expect((refusal as RequestError).retryAfterSeconds).toBeGreaterThan(0);
    await throttle.take('b');
    await throttle.forget('a');
    await throttle.take('a');
  });

  it('lets no more through when all come at once', async () => {
    const throttle = new Throttle({ points: 5, seconds: 60 });
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => throttle.take('a')));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });
});
