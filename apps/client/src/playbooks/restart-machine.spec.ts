import { Bench } from '../../testing/bench';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { Unavailable } from '../windows/windows';
import { isInWindow } from './maintenance-window';
import { type RunDefinition } from './run-definition';
import { restartNotice, restartQuestion } from './restart-words';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => {
  bench.close();
  removeTemporaryFolders();
});

/** Windows, its people and its restart are simulated: the machine goes down in the middle, and the client with it. */
const run = async (
  parameters: Record<string, boolean | number> = {},
  some: Partial<RunDefinition> = {},
) => {
  const defined = bench.definition({ playbook: 'restart-machine', ...some });
  const definition = { ...defined, parameters: { ...defined.parameters, ...parameters } };
  let lives = 1;
  while ((await bench.live(definition)) !== 'ended') lives += 1;
  const events = bench.events(definition.runId);
  const told = (stepId: string) =>
    events.findLast((event) => event.event === 'step' && event.stepId === stepId);
  return { events, told, lives, verdict: events.at(-1) };
};
const containing = (text: string) => expect.stringContaining(text) as string;
const somebody = { id: 1, isActive: true };

describe('restart-machine', () => {
  it('restarts at once when nobody is signed in, and proves it', async () => {
    bench.windows.pending = { pending: true, reasons: ['windows-update'] };
    const { verdict, told, events, lives } = await run();
    expect(lives).toBe(2);
    expect(bench.windows.restarts).toBe(1);
    expect(told('agree-on-restart')).toMatchObject({ message: 'Nobody is signed in.' });
    expect(verdict).toMatchObject({
      ...{ verdict: 'done', level: 'L3' },
      message: containing('It waited before for: windows-update; now for: nothing.'),
    });
    expect(events.flatMap((one) => (one.event === 'state' ? [one.state] : []))).toEqual([
      ...['preflight', 'snapshot', 'acting', 'rebooting', 'acting', 'verifying'],
    ]);
    expect(bench.windows.sessions.shown).toEqual([]);
  });

  it.each<[string, ('yes' | 'no' | 'none')[], number, string]>([
    ['agrees', ['yes'], 1, 'has agreed'],
    ['does not answer', ['none'], 1, 'Nobody answered within 10 minutes.'],
    ['puts it off once, then agrees', ['no', 'yes'], 2, 'has agreed'],
    ['puts it off as often as allowed', ['no', 'no', 'no'], 3, 'put off 2 times already'],
  ])('asks who is signed in, who %s', async (_, answers, shown, words) => {
    Object.assign(bench.windows.sessions, { people: [somebody], answers });
    const { told, verdict } = await run();
    expect(told('agree-on-restart')).toMatchObject({ message: containing(words) });
    expect(bench.windows.sessions.shown).toHaveLength(shown);
    expect(bench.windows.restarts).toBe(1);
    expect(verdict).toMatchObject({ verdict: 'done' });
  });

  it('asks one person and tells the others', async () => {
    bench.windows.sessions.people = [
      somebody,
      { id: 2, isActive: true },
      { id: 3, isActive: false },
    ];
    bench.windows.sessions.answers = ['yes'];
    await run();
    expect(bench.windows.sessions.shown.map(({ session }) => session)).toEqual([2, 1]);
  });

  it('gives time to whoever may be there, when Windows can not say', async () => {
    bench.windows.faults.refuse('sessions', new Unavailable('Who is signed in', 'no WTS'));
    const begun = bench.clock.now().getTime();
    await run();
    expect(bench.clock.now().getTime() - begun).toBeGreaterThan(10 * 60_000);
    expect(bench.windows.restarts).toBe(1);
  });

  it('gives time to somebody who can not be asked', async () => {
    bench.windows.sessions.people = [somebody];
    bench.windows.faults.refuse('ask', 5);
    const begun = bench.clock.now().getTime();
    await run();
    expect(bench.clock.now().getTime() - begun).toBeGreaterThan(9.9 * 60_000);
    expect(bench.windows.restarts).toBe(1);
  });

  it('waits for the window, and gives up when it does not come', async () => {
    const hour = bench.clock.now().getHours();
    const closed = { windowStartHour: (hour + 14) % 24, windowEndHour: (hour + 15) % 24 };
    const { verdict } = await run(closed);
    expect(verdict).toMatchObject({
      verdict: 'skipped',
      message: containing('After 12 hours the run still waits for the maintenance window'),
    });
    expect(bench.windows.restarts).toBe(0);
    const soon = { windowStartHour: (hour + 14) % 24, windowEndHour: (hour + 16) % 24 };
    expect((await run(soon)).verdict).toMatchObject({ verdict: 'done' });
    expect(bench.windows.restarts).toBe(1);
  });

  it('does not restart while something is being installed', async () => {
    bench.windows.agent.busy = true;
    expect((await run()).verdict).toMatchObject({ verdict: 'skipped' });
    expect(bench.windows.restarts).toBe(0);
  });

  it('leaves a machine alone that waits for nothing, when only such are meant', async () => {
    expect((await run({ onlyIfPending: true })).verdict).toMatchObject({ verdict: 'skipped' });
    expect(bench.windows.power.requests).toBe(0);
  });

  it('says that something refused the restart, and leaves none behind', async () => {
    bench.windows.power.refused = true;
    const { verdict } = await run();
    expect(verdict).toMatchObject({
      ...{ verdict: 'step-failed', stepId: 'await-restart' },
      message: containing('something refused the restart'),
    });
    expect(bench.windows.power.isPending).toBe(false);
  });

  it('says so when Windows does not take it', async () => {
    bench.windows.faults.refuse('restart', 1300);
    expect((await run()).verdict).toMatchObject({ verdict: 'step-failed', stepId: 'restart' });
  });

  it('lets the scan decide when it is to mend a failure', async () => {
    const failure = { code: '0x80240016', phase: 'install' };
    expect((await run({}, { failure })).verdict).toMatchObject({ verdict: 'unverified' });
  });

  it('says what it would do, and asks nobody, in a dry run', async () => {
    bench.windows.sessions.people = [somebody];
    const { told } = await run({}, { mode: 'dry-run' });
    expect(told('agree-on-restart')).toMatchObject({
      message:
        'The maintenance window is open now. Would ask 1 signed-in person, who may put it off 2 times.',
    });
    expect(bench.windows.faults.calls).toEqual([]);
    expect(bench.windows.sessions.shown).toEqual([]);
  });
});

it.each([
  ['2026-11-21T02:30:00Z', 2, 4, 'UTC', true],
  ['2026-11-21T04:00:00Z', 2, 4, 'UTC', false],
  ['2026-11-21T23:30:00Z', 22, 5, 'UTC', true],
  ['2026-11-21T04:59:00Z', 22, 5, 'UTC', true],
  ['2026-11-21T12:00:00Z', 22, 5, 'UTC', false],
  ['2026-11-21T12:00:00Z', -1, 5, 'UTC', true],
  ['2026-11-21T12:00:00Z', 3, 3, 'UTC', true],
  ['2026-11-21T23:00:00Z', 20, 24, 'UTC', true],
  // Clocks go forward at 2 on 29 March 2026 in Berlin, and back at 3 on 25 October: 2:30 comes twice, both count.
  ['2026-03-29T00:30:00Z', 1, 3, 'Europe/Berlin', true],
  ['2026-03-29T01:30:00Z', 1, 3, 'Europe/Berlin', false],
  ['2026-10-25T00:30:00Z', 2, 3, 'Europe/Berlin', true],
  ['2026-10-25T01:30:00Z', 2, 3, 'Europe/Berlin', true],
  ['2026-10-25T02:30:00Z', 2, 3, 'Europe/Berlin', false],
])('at %s the window from %i to %i in %s', (at, start, end, zone, isOpen) => {
  expect(isInWindow(new Date(at), start, end, zone)).toBe(isOpen);
});

it('speaks the language of the system, where it knows it', () => {
  expect(restartQuestion(10, 60, 'de-DE').text).toContain('verschiebt den Neustart um 60 Minuten');
  expect(restartNotice(10, 'fr-FR').text).toContain('in 10 minutes');
});
