import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';

/** An event of the event log, taken apart. */
export interface WindowsEvent {
  readonly eventId: number;
  readonly recordId: bigint;
  readonly channel: string;
  readonly at: Date;
  /** `EventData` by name, names in lower case: their order differs between ids and versions. */
  readonly data: ReadonlyMap<string, string>;
}

const MAXIMUM_LENGTH = 262_144;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  isArray: (name) => name === 'Data',
});

const textNode = z.union([
  z.string(),
  z.object({ '#text': z.string() }).transform((node) => node['#text']),
]);
const eventSchema = z.object({
  Event: z.object({
    System: z.object({
      EventID: textNode,
      EventRecordID: textNode.optional(),
      Channel: textNode.optional(),
      TimeCreated: z.object({ '@SystemTime': z.string() }),
    }),
    EventData: z
      .object({
        Data: z.array(
          z.union([
            z.string(),
            z.object({ '@Name': z.string().optional(), '#text': z.string().optional() }),
          ]),
        ),
      })
      .or(z.string())
      .optional(),
  }),
});

/** Reads one event as Windows renders it; undefined when it is none. Localised parts (RenderingInfo) are not read. */
export function parseWindowsEvent(xml: string): WindowsEvent | undefined {
  if (xml.length > MAXIMUM_LENGTH) return undefined;
  let tree: unknown;
  try {
    tree = parser.parse(xml);
  } catch {
    return undefined;
  }
  const parsed = eventSchema.safeParse(tree);
  if (!parsed.success) return undefined;
  const { System: system, EventData: eventData } = parsed.data.Event;
  const at = new Date(system.TimeCreated['@SystemTime']);
  const eventId = Number(system.EventID);
  const recordId = /^\d{1,20}$/.test(system.EventRecordID ?? '')
    ? BigInt(system.EventRecordID ?? 0)
    : 0n;
  if (Number.isNaN(at.getTime()) || !Number.isInteger(eventId)) return undefined;
  const data = new Map<string, string>();
  for (const item of typeof eventData === 'object' ? eventData.Data : []) {
    if (typeof item === 'object' && item['@Name'] !== undefined) {
      data.set(item['@Name'].toLowerCase(), item['#text'] ?? '');
    }
  }
  return { eventId, recordId, channel: system.Channel ?? '', at, data };
}
