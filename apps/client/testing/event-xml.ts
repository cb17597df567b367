import { type SimulatedEvent } from '../src/windows/simulated';

const PROVIDER = 'Microsoft-Windows-WindowsUpdateClient';

/** An event of Windows Update as Windows renders it: single quotes, no line breaks. */
export function windowsUpdateEvent(
  eventId: number,
  data: Readonly<Record<string, string>>,
  some: { readonly recordId?: bigint; readonly at?: string; readonly channel?: string } = {},
): SimulatedEvent {
  const { recordId = 1n, at = '2026-11-20T12:00:00.4304781Z', channel = 'System' } = some;
  const fields = Object.entries(data)
    .map(([name, value]) => `<Data Name='${name}'>${value}</Data>`)
    .join('');
  const xml =
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${PROVIDER}' Guid='{945a8954-c147-4acd-923f-40c45405a658}'/>` +
    `<EventID>${eventId}</EventID><Version>1</Version><Level>2</Level><TimeCreated SystemTime='${at}'/><EventRecordID>${recordId}</EventRecordID>` +
    `<Channel>${channel}</Channel><Computer>PC</Computer></System><EventData>${fields}</EventData></Event>`;
  return { channel, provider: PROVIDER, eventId, recordId, createdAt: new Date(at), xml };
}
