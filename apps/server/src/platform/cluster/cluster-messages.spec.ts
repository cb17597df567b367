import * as fc from 'fast-check';
import type { ServerEvents } from '../events';
import { fromNotification, toNotifications } from './cluster-messages';

describe('notifications', () => {
  it('hold every name of an event, each once and in order, however many there are', () => {
    const ids = fc.array(fc.uuid(), { maxLength: 1_500 });
    fc.assert(
      fc.property(ids, ids, (runIds, machineIds) => {
        const payload = { runIds, remediationIds: [], machineIds };
        const texts = toNotifications('me', { name: 'runs-changed', payload });
        const seen = texts.map((text) => {
          expect(Buffer.byteLength(text)).toBeLessThan(8_000);
          const message = fromNotification(text);
          expect(message).toMatchObject({ from: 'me', name: 'runs-changed' });
          return message?.payload as ServerEvents['runs-changed'];
        });
        expect(seen.flatMap((part) => part.runIds)).toEqual(runIds);
        expect(seen.flatMap((part) => part.machineIds)).toEqual(machineIds);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['no JSON', 'x'],
    ['another shape', '{"from":"me"}'],
    ['an event of a newer version', '{"from":"me","name":"sun-rises","payload":{}}'],
    ['a name of every object', '{"from":"me","name":"toString","payload":{}}'],
  ])('are passed over when they are %s', (_, text) => {
    expect(fromNotification(text)).toBeUndefined();
  });
});
