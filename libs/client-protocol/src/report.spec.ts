import {
  MAX_REPORTS,
  failureReportSchema,
  reportSchema,
  reportsAckSchema,
  reportsMessageSchema,
} from './report';

const id = '2a4c6e80-1b3d-4f5a-9c7e-8d6b4f2a0c1e';
const base = { id, createdAt: '2026-11-20T12:00:00.000Z' };
const failure = {
  ...base,
  kind: 'failure',
  code: '0x80070002',
  phase: 'download',
  update: {},
  updateKind: 'windows',
  updateSource: 'windows-update',
  occurredAt: '2026-11-20T12:00:00Z',
  evidence: [{ source: 'event-log', record: '<Event/>' }],
};
const event = { ...base, kind: 'run-event', runId: id, sequence: 0 };
const step = {
  ...event,
  event: 'step',
  stepId: 'rename-directory',
  section: 'acting',
  state: 'done',
  message: '',
};

describe('a report', () => {
  it.each<[string, object]>([
    ['a failure', failure],
    ['a failure without revision', { ...failure, update: { id } }],
    ['the largest revision', { ...failure, update: { id, revision: 4_294_967_295 } }],
    [
      'a success',
      { ...base, kind: 'success', phase: 'scan', update: {}, occurredAt: base.createdAt },
    ],
    ['a step', step],
    ['a step of an undo', { ...step, section: 'undo', state: 'undone' }],
    [
      'a step with details',
      { ...step, details: { bytes: 5, name: 'x', moved: true }, errorCode: -1 },
    ],
    ['a state', { ...event, event: 'state', state: 'preflight' }],
    ['a verdict', { ...event, event: 'verdict', verdict: 'fixed', level: 'L2', message: 'ok' }],
    ['a refusal', { ...event, event: 'refused', reason: 'expired-order', message: '' }],
    ['a field of a later version', { ...failure, colour: 'blue' }],
  ])('is taken: %s', (_, report) => {
    expect(reportSchema.safeParse(report).error).toBeUndefined();
  });

  it.each<[string, object]>([
    ['without kind', { ...failure, kind: undefined }],
    ['of unknown kind', { ...failure, kind: 'rumour' }],
    ['with an id that is none', { ...failure, id: '1' }],
    ['with a code in another spelling', { ...failure, code: '80070002' }],
    ['with a code in lower case', { ...failure, code: '0x8024402f' }],
    ['of unknown phase', { ...failure, phase: 'lunch' }],
    ['without evidence', { ...failure, evidence: [] }],
    ['with too much evidence', { ...failure, evidence: Array(6).fill(failure.evidence[0]) }],
    [
      'with evidence that is too long',
      { ...failure, evidence: [{ source: 'event-log', record: 'x'.repeat(8001) }] },
    ],
    ['with a local time', { ...failure, occurredAt: '2026-11-20T12:00:00+01:00' }],
    ['with a braced update id', { ...failure, update: { id: `{${id}}` } }],
    ['with a negative revision', { ...failure, update: { id, revision: -1 } }],
    ['with a KB that is none', { ...failure, update: { kb: '5068861' } }],
    ['of an event without name', event],
    ['of a negative sequence', { ...step, sequence: -1 }],
    ['of a broken sequence', { ...step, sequence: 0.5 }],
    ['of a state that only the server sets', { ...event, event: 'state', state: 'leased' }],
    ['of an unknown verdict', { ...event, event: 'verdict', verdict: 'great', message: '' }],
    ['with nested details', { ...step, details: { deep: { er: 1 } } }],
  ])('is refused %s', (_, report) => {
    expect(reportSchema.safeParse(report).success).toBe(false);
  });

  it('counts as new when it doesn’t say that it is old', () => {
    expect(failureReportSchema.parse(failure).fromBacklog).toBe(false);
  });
});

describe('a message of reports', () => {
  it.each([
    [0, false],
    [1, true],
    [MAX_REPORTS, true],
    [MAX_REPORTS + 1, false],
  ])('with %d reports is taken: %s', (count, taken) => {
    const reports = Array<unknown>(count).fill('not looked at yet');
    expect(reportsMessageSchema.safeParse({ reports }).success).toBe(taken);
  });

  it.each<[string, unknown, boolean]>([
    ['all went well', { ok: true, accepted: [id], rejected: [] }, true],
    [
      'a report without id',
      { ok: true, accepted: [], rejected: [{ id: null, message: '' }] },
      true,
    ],
    ['a refusal', { ok: false, code: 'server-busy', message: '' }, true],
    ['a refusal without code', { ok: false, message: '' }, false],
    ['well, but silent', { ok: true }, false],
    ['nothing', undefined, false],
  ])('is acknowledged by: %s', (_, acknowledgement, understood) => {
    expect(reportsAckSchema.safeParse(acknowledgement).success).toBe(understood);
  });
});
