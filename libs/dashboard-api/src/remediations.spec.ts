import { newRemediationSchema, previewRequestSchema, runQuerySchema } from './remediations';

const id = '0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11';
const plan = {
  playbook: 'reset-software-distribution',
  selection: { type: 'machines', machineIds: [id] },
};
const request = { ...plan, requestId: id, expectedMachines: 1 };

describe('a plan', () => {
  it('is for real and by the playbook’s own parameters, unless it says otherwise', () => {
    expect(previewRequestSchema.parse(plan)).toEqual({ ...plan, parameters: {}, mode: 'execute' });
  });

  it.each<[string, object, boolean]>([
    ['a dry run', { mode: 'dry-run' }, true],
    // An undo is asked of a run, never pushed to a selection.
    ['an undo', { mode: 'undo' }, false],
    ['against a failure', { fingerprintId: id }, true],
    ['against no failure that there is', { fingerprintId: '0x80070002' }, false],
    ['with parameters', { parameters: { verifyMinutes: 5, ignorePendingRestart: true } }, true],
    ['with a command', { parameters: { verifyMinutes: 'cmd /c del' } }, false],
    ['with a number that is none', { parameters: { verifyMinutes: NaN } }, false],
    ['with an endless number', { parameters: { verifyMinutes: Infinity } }, false],
    ['of no playbook', { playbook: '' }, false],
    ['of an endless playbook', { playbook: 'x'.repeat(101) }, false],
    ['without a selection', { selection: undefined }, false],
  ])('%s', (_, change, taken) => {
    expect(previewRequestSchema.safeParse({ ...plan, ...change }).success).toBe(taken);
  });

  it('changes no prototype', () => {
    const parameters: unknown = JSON.parse('{"__proto__": {"mode": "dry-run"}, "toString": true}');
    const parsed = previewRequestSchema.safeParse({ ...plan, parameters });
    expect(Reflect.get({}, 'mode')).toBeUndefined();
    if (parsed.success) expect(parsed.data.parameters).not.toHaveProperty('mode');
  });
});

describe('a remediation', () => {
  it('waits three days for machines that are offline, unless it says otherwise', () => {
    expect(newRemediationSchema.parse(request)).toMatchObject({ expiresInHours: 72 });
  });

  it.each<[string, object, boolean]>([
    ['of no machine', { expectedMachines: 0 }, false],
    ['of half a machine', { expectedMachines: 0.5 }, false],
    ['of an unsaid number', { expectedMachines: undefined }, false],
    ['that can’t be told from the next', { requestId: undefined }, false],
    ['for an hour', { expiresInHours: 1 }, true],
    ['for thirty days', { expiresInHours: 720 }, true],
    ['for longer', { expiresInHours: 721 }, false],
    ['for no time', { expiresInHours: 0 }, false],
    ['against the guard, with a reason', { overrideReason: 'case 4711' }, true],
    ['with as long a reason as may be', { overrideReason: 'x'.repeat(500) }, true],
    ['with a longer one', { overrideReason: 'x'.repeat(501) }, false],
    ['with a reason of blanks', { overrideReason: '        ' }, false],
    ['with hardly a reason', { overrideReason: ' ok ' }, false],
  ])('%s', (_, change, taken) => {
    expect(newRemediationSchema.safeParse({ ...request, ...change }).success).toBe(taken);
  });
});

it.each<[object, boolean]>([
  [{}, true],
  [{ state: 'active', remediationId: id }, true],
  [{ state: 'queued' }, false],
  [{ machineId: 'PC-1' }, false],
])('the query of runs %j', (query, taken) => {
  expect(runQuerySchema.safeParse(query).success).toBe(taken);
});
