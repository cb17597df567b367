import { type NewRunEvent } from './journal';
import { type JournalEntry } from './journal-entry';
import { type RunStep } from './step';

const MESSAGE_LENGTH = 2_000;
const DETAIL_LENGTH = 1_000;

/** What the server is told of an entry of the journal; nothing for notes. */
export function eventOf(entry: JournalEntry, step: RunStep | undefined): NewRunEvent | undefined {
  switch (entry.kind) {
    case 'state':
      return { event: 'state', state: entry.state };
    case 'verdict':
      return { event: 'verdict', ...entry.verdict, message: cut(entry.verdict.message) };
    case 'note':
    case 'undo':
      return undefined;
    case 'intent':
    case 'undo-intent':
      return step && stepEvent(entry, step, { state: 'running', message: step.title });
    case 'result':
    case 'undo-result':
      return step && stepEvent(entry, step, entry);
  }
}

type Told = Pick<Extract<NewRunEvent, { event: 'step' }>, 'state' | 'message'> &
  Pick<Extract<JournalEntry, { kind: 'result' }>, 'errorCode' | 'details'>;

function stepEvent(entry: JournalEntry, step: RunStep, told: Told): NewRunEvent {
  const isUndo =
    step.takesBack === true || entry.kind === 'undo-intent' || entry.kind === 'undo-result';
  const isBack = step.action === 'put-back' && told.state === 'done';
  const details =
    told.details &&
    Object.fromEntries(
      Object.entries(told.details).map(([name, value]) => [
        name.slice(0, 100),
        typeof value === 'string' ? value.slice(0, DETAIL_LENGTH) : value,
      ]),
    );
  return {
    event: 'step',
    stepId: step.id,
    section: isUndo ? 'undo' : step.section,
    state: isBack ? 'undone' : told.state,
    message: cut(told.message),
    errorCode: told.errorCode,
    details,
  };
}

function cut(message: string): string {
  return message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH - 1)}…` : message;
}
