import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';
import { setupResultIn, setupResultOf, type SetupResult, setupTime } from './setup-result';

/** What SetupDiag found out about the last feature update that failed. */
export interface SetupDiagFinding {
  readonly result: SetupResult;
  readonly at: Date | undefined;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  isArray: (name) =>
    ['FailureData', 'FailureDetails', 'Remediation', 'LogErrorLine'].includes(name),
});

/** An element: text, or elements with texts. Anything else is left out. */
const flat = z
  .union([
    z.string(),
    z.record(z.string(), z.unknown()).transform((element) => JSON.stringify(element)),
  ])
  .optional()
  .catch(undefined);
const texts = z
  .array(flat)
  .transform((list) => list.filter((one) => one !== undefined))
  .catch([]);
const data = z.object({
  ErrorCode: z.string().optional().catch(undefined),
  ExtendedErrorCode: z.string().optional().catch(undefined),
});
const reportSchema = z.object({
  SetupDiag: z.object({
    SystemInfo: z
      .object({
        UpgradeStartTime: flat,
        UpgradeEndTime: flat,
        RollbackEndTime: flat,
      })
      .partial()
      .optional()
      .catch(undefined),
    FailureData: texts.default([]),
    FailureDetails: texts.default([]),
    LogErrorLine: texts.default([]),
  }),
});
/** Newer versions put the codes into elements of their own. */
const codesSchema = z.object({ SetupDiag: z.object({ FailureData: z.array(data) }) });

/** Reads SetupDiagResults.xml. Undefined when it is none, or tells of no error. */
export function parseSetupDiag(xml: string): SetupDiagFinding | undefined {
  let tree: unknown;
  try {
    tree = parser.parse(xml.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  const parsed = reportSchema.safeParse(tree);
  if (!parsed.success) return undefined;
  const { SystemInfo, FailureData, FailureDetails, LogErrorLine } = parsed.data.SetupDiag;
  const codes = codesSchema.safeParse(tree).data?.SetupDiag.FailureData[0];
  return findingOf({
    codes: { result: codes?.ErrorCode, extension: codes?.ExtendedErrorCode },
    texts: [...FailureDetails, ...FailureData],
    times: [SystemInfo?.UpgradeEndTime, ...LogErrorLine, SystemInfo?.UpgradeStartTime],
  });
}

/** Puts together what SetupDiag says in several places, in the file or the registry; the best place first. */
export function findingOf(said: {
  readonly codes?: {
    readonly result?: string | undefined;
    readonly extension?: string | undefined;
  };
  readonly texts: readonly string[];
  readonly times: readonly (string | undefined)[];
}): SetupDiagFinding | undefined {
  const all = said.texts.join('\n');
  const found = [
    setupResultOf(said.codes?.result, said.codes?.extension, false),
    ...said.texts.map((text) => setupResultIn(text)),
  ].filter((one) => one !== undefined);
  const result = found.find(({ extendedCode }) => extendedCode !== undefined) ?? found[0];
  if (!result) return undefined;
  const at = said.times.map(setupTime).find((time) => time !== undefined);
  const isDownLevel = /LastPhase\s*=\s*Downlevel|down-level failure/i.test(all);
  return { result: isDownLevel ? { ...result, phase: 'install' } : result, at };
}
