import { playbookListSchema } from '@fleetmend/dashboard-api';
import { PlaybooksController } from './playbooks.controller';
import { PlaybooksService } from './playbooks.service';

describe('playbooks', () => {
  const playbooks = new PlaybooksService();

  it('are described as the contract says, without what only the client needs', () => {
    const list = new PlaybooksController(playbooks).list();
    expect(playbookListSchema.strict().parse(list)).toEqual(list);
    expect(list.items.map(({ name }) => name)).toContain('reset-software-distribution');
    expect(JSON.stringify(list)).not.toContain('timeoutSeconds');
  });

  it('can be had as command files where plain commands can do them', () => {
    const { name, text } = playbooks.commandScript('reset-software-distribution', {
      includeCatroot2: true,
    });
    expect(name).toBe('reset-software-distribution.cmd');
    expect(text).toContain('catroot2');
  });

  it.each([
    ['sync-clock', {}, 'not-found'],
    ['nothing', {}, 'not-found'],
    ['reset-software-distribution', { verifyMinutes: 0 }, 'invalid-request'],
    ['reset-software-distribution', { path: true }, 'invalid-request'],
  ])('%s with %j is refused: %s', (name, query, code) => {
    expect(() => playbooks.commandScript(name, query)).toThrow(
      expect.objectContaining({ code }) as Error,
    );
  });
});
