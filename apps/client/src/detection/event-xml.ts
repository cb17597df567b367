import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';

/** An event of the event log, taken apart. */
export interface WindowsEvent {
  readonly eventId: number;
  readonly recordId: bigint;
  readonly channel: string;
  readonly at: Date;
  /** `EventData` or `UserData` by name, names in lower case: their order differs between ids and versions. */
  readonly data: ReadonlyMap<string, string>;
  /** `EventData` without names, as older programs write it, in its order. */
  readonly values: readonly string[];
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
    UserData: z.record(z.string(), z.unknown()).or(z.string()).optional(),
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
  const { System: system, EventData: eventData, UserData: userData } = parsed.data.Event;
  const at = new Date(system.TimeCreated['@SystemTime']);
  const eventId = Number(system.EventID);
  const recordId = /^\d{1,20}$/.test(system.EventRecordID ?? '')
    ? BigInt(system.EventRecordID ?? 0)
    : 0n;
  if (Number.isNaN(at.getTime()) || !Number.isInteger(eventId)) return undefined;
  const data = new Map(typeof userData === 'object' ? leavesOf(userData) : []);
  const values: string[] = [];
  for (const item of typeof eventData === 'object' ? eventData.Data : []) {
    const text = typeof item === 'object' ? (item['#text'] ?? '') : item;
    const name = typeof item === 'object' ? item['@Name'] : undefined;
    if (name === undefined) values.push(text);
    else data.set(name.toLowerCase(), text);
  }
  return { eventId, recordId, channel: system.Channel ?? '', at, data, values };
}

/** Texts within the element below `UserData`, by name in lower case. */
function leavesOf(userData: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.values(userData).flatMap((element) =>
    typeof element === 'object' && element !== null
      ? Object.entries(element).flatMap(([name, value]): [string, string][] => {
          const leaf = textNode.safeParse(value);
          return leaf.success && !name.startsWith('@') ? [[name.toLowerCase(), leaf.data]] : [];
        })
      : [],
  );
}
