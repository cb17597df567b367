import { randomUUID } from 'node:crypto';
import { type HistoryReport } from '@fleetmend/client-protocol';
import { type PlaybookAction } from '@fleetmend/domain';
import { storable } from '../../detection/observation';
import { readWholeLog } from '../../detection/reporting-events';
import { Unavailable } from '../../windows/windows';
import { type StepContext, type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'save-update-history' }>;

const ENTRIES = 5_000;
const MAXIMUM_LOG_BYTES = 8_000_000;
/** So small that a slow link carries a part before the server takes the client for dead. */
const PART_LENGTH = 20_000;
/** As the protocol has it. */
const MOST_PARTS = 1_000;

/** Saves what the reset removes: Windows' update history and ReportingEvents.log, whole, for the server to keep. */
export const saveUpdateHistory: StepExecutor<Action> = {
  async execute(_, context) {
    // What isn't reported yet must not go away with the folder.
    await context.observations.poll();
    const records: { name: string; content: string }[] = [];
    const remarks: string[] = [];
    const log = await readLog(context, remarks);
    if (log !== undefined) records.push({ name: 'ReportingEvents.log', content: log });
    const history = await readHistory(context, remarks);
    if (history !== undefined) records.push({ name: 'update-history', content: history });
    const reports = records.flatMap(({ name, content }) => historyReports(name, content, context));
    return {
      state: 'done',
      message: [inWords(records, context), ...remarks].join(' '),
      details: Object.fromEntries(records.map(({ name, content }) => [name, content.length])),
      reports: context.origin === 'order' ? reports : [],
    };
  },
  describe: (_, { reportingEventsPath }) =>
    Promise.resolve(`Would save the update history of Windows and "${reportingEventsPath}".`),
};

/** Only a run that the server ordered has a place there to keep things. */
function inWords(records: readonly { readonly name: string }[], { origin }: StepContext): string {
  const found = records.map(({ name }) => name).join(', ');
  if (found === '') return 'There was no history to save.';
  return origin === 'order'
    ? `Saved: ${found}.`
    : `Not sent to the server, which did not order this run; it stays in the renamed folder: ${found}.`;
}

async function readLog(context: StepContext, remarks: string[]): Promise<string | undefined> {
  try {
    const log = await readWholeLog(context.reportingEventsPath, MAXIMUM_LOG_BYTES);
    if (!log) remarks.push('There is no ReportingEvents.log.');
    else if (!log.complete)
      remarks.push('Only the end of ReportingEvents.log was kept, it is very long.');
    return log?.text;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    remarks.push(error.message);
    return undefined;
  }
}

async function readHistory(
  { windows }: StepContext,
  remarks: string[],
): Promise<string | undefined> {
  try {
    const entries = await windows.updateAgent.history(ENTRIES);
    return entries.length > 0 ? entries.join('\n') : undefined;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    remarks.push(error.message);
    return undefined;
  }
}

function historyReports(name: string, content: string, context: StepContext): HistoryReport[] {
  const text = storable(content);
  const parts: string[] = [];
  const length = Math.max(PART_LENGTH, Math.ceil((text.length * 1.01) / MOST_PARTS));
  for (let start = 0; start < text.length || start === 0;) {
    let end = Math.min(text.length, start + length);
    // A character of two halves isn't torn apart.
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1)) && end < text.length) end -= 1;
    parts.push(text.slice(start, end));
    start = Math.max(end, 1);
  }
  return parts.map((part, index) => ({
    id: randomUUID(),
    createdAt: context.clock.now().toISOString(),
    kind: 'history',
    runId: context.definition.runId,
    name,
    part: index,
    parts: parts.length,
    content: part,
  }));
}
