import type { MachineHints } from '@fleetmend/domain';
import * as fc from 'fast-check';
import { type KeyUse, KeyUses } from './key-uses';

const BOARD = '4c4c4544-0042-3510-8052-b3c04f4b4e32';
const recorded: MachineHints = { smbiosUuid: BOARD, machineGuid: 'a', hostname: 'PC-1' };
const HOUR = 3_600_000;

/** The connection of one machine, as the server keeps it. */
class Key {
  readonly uses = new KeyUses();
  current: KeyUse | undefined;
  now = 0;

  /** Whether it is let in; then it has the connection. */
  comes(use: KeyUse): boolean {
    const admitted = this.uses.admit('m', recorded, use, this.current, this.now);
    if (admitted) this.current = use;
    return admitted;
  }
}

const use = (
  instanceId: string | undefined,
  hints: MachineHints | undefined = recorded,
): KeyUse => ({
  ...{ instanceId, hints },
});

describe('the use of a key', () => {
  it('goes over to whoever comes back or was started anew, however often', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('reconnects', 'restarts', 'leaves')), (steps) => {
        const key = new Key();
        let instance = 0;
        for (const step of steps) {
          if (step === 'leaves') key.current = undefined;
          else {
            if (step === 'restarts') instance += 1;
            expect(key.comes(use(`i${instance}`))).toBe(true);
          }
        }
      }),
    );
  });

  it('is two computers’ when both come back after each other: who has it keeps it', () => {
    const key = new Key();
    expect(['a', 'b', 'a', 'b'].map((name) => key.comes(use(name)))).toEqual([
      ...[true, true, true, false],
    ]);
    expect(key.uses.isClone('m', 'b', 0)).toBe(true);
    expect(key.uses.isClone('m', 'a', 0)).toBe(false);
    // Nor does it get in while the other is away.
    key.current = undefined;
    expect(key.comes(use('b'))).toBe(false);
    expect(key.comes(use('a'))).toBe(true);
  });

  it('belongs to the one that is nearer to what is recorded', () => {
    const renamed = { ...recorded, hostname: 'PC-2' };
    const key = new Key();
    expect(key.comes(use('copy', renamed))).toBe(true);
    expect(key.comes(use('original'))).toBe(true);
    expect(key.comes(use('copy', renamed))).toBe(true);
    expect(key.comes(use('original'))).toBe(true);
    expect(key.comes(use('copy', renamed))).toBe(false);
  });

  it.each<[string, MachineHints]>([
    ['another board', { ...recorded, smbiosUuid: '564d1f7a-7b0e-3c55-9a50-61f5c1b0d3e2' }],
    ['another Windows', { ...recorded, machineGuid: 'b' }],
  ])('is refused at once to %s, also while nobody has it', (_, hints) => {
    const key = new Key();
    expect(key.comes(use('a', hints))).toBe(false);
    expect(key.comes(use('a'))).toBe(true);
  });

  it('is judged for old clients, too, as far as they say anything', () => {
    const key = new Key();
    const old: KeyUse = { instanceId: undefined, hints: undefined };
    for (let time = 0; time < 5; time += 1) expect(key.comes(old)).toBe(true);
    expect([use('new'), old, use('new'), old].map((each) => key.comes(each))).toEqual([
      ...[true, true, true, false],
    ]);
  });

  it('is judged anew after an hour', () => {
    const key = new Key();
    for (const name of ['a', 'b', 'a', 'b']) key.comes(use(name));
    key.now = HOUR + 1;
    expect(key.uses.isClone('m', 'b', key.now)).toBe(false);
    expect(key.comes(use('b'))).toBe(true);
  });

  it('ends with one of two that go on trying, whichever begins', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 8, maxLength: 60 }), (turns) => {
        const key = new Key();
        const refused = new Set<string>();
        for (const turn of turns) {
          const name = turn ? 'a' : 'b';
          if (!key.comes(use(name))) refused.add(name);
        }
        expect(refused.size).toBeLessThanOrEqual(1);
        const changes = turns.filter((turn, index) => index > 0 && turn !== turns[index - 1]);
        expect(refused.size).toBe(changes.length >= 3 ? 1 : 0);
      }),
    );
  });

  it('is judged by several servers as by one, wherever whoever comes', () => {
    const visit = fc.record({
      who: fc.constantFrom<[string, string]>(['a', 'PC-1'], ['b', 'PC-2']),
      at: fc.nat({ max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 60 }), (visits) => {
        const one = new Key();
        const servers: KeyUses[] = [0, 1, 2].map(
          (own) =>
            new KeyUses((lesson) => {
              for (const [index, server] of servers.entries()) {
                if (index !== own) server.learn(lesson, 0);
              }
            }),
        );
        let current: { readonly use: KeyUse; readonly at: number } | undefined;
        for (const { who, at } of visits) {
          const comes = use(who[0], { ...recorded, hostname: who[1] });
          const expected = one.comes(comes);
          // Of a connection elsewhere only its instance is known.
          const seen = current && {
            ...current.use,
            ...(current.at !== at && { hints: undefined }),
          };
          const admitted = servers[at]!.admit('m', recorded, comes, seen, 0);
          expect(admitted).toBe(expected);
          if (admitted) current = { use: comes, at };
          for (const server of servers) {
            for (const name of ['a', 'b']) {
              expect(server.isClone('m', name, 0)).toBe(one.uses.isClone('m', name, 0));
            }
          }
        }
      }),
    );
  });
});
