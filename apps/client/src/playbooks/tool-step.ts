import { type ExitCodeMeaning, meaningOfExitCode } from '@fleetmend/domain';
import { ToolEnded, type ToolResult } from '../windows/tools';
import { Unavailable } from '../windows/windows';
import { Interrupted, type StepContext, type StepOutcome } from './step';

/** A program of Windows that ended, and what its code means. */
export interface EndedTool {
  readonly meaning: ExitCodeMeaning;
  readonly result: ToolResult;
}

/** A program of a step, by its path below %SystemRoot%. */
export interface StepTool {
  readonly program: string;
  readonly args: readonly string[];
  readonly timeoutSeconds: number;
}

const RETRIES = 5;
const RETRY_AFTER_MS = 60_000;

/**
 * Runs a program as a step that can be begun again: when the client is asked to end, so is the program. One that says
 * "not now" is tried again a few times. Throws `Unavailable` also for one that ends well without a word, since programs
 * that do something say so.
 */
export async function runTool(
  tool: StepTool,
  context: Pick<StepContext, 'windows' | 'clock' | 'log' | 'ending'>,
): Promise<EndedTool> {
  const { clock, log, ending } = context;
  for (let retry = 1; ; retry += 1) {
    const ended = await runOnce(tool, context);
    if (ended.meaning !== 'retry-later' || retry > RETRIES) return ended;
    log.info('A program of Windows asks to be tried again later.', {
      ...{ program: tool.program, exitCode: ended.result.exitCode, retry },
    });
    await clock.sleep(RETRY_AFTER_MS, ending);
    if (ending.aborted) throw new Interrupted();
  }
}

async function runOnce(
  { program, args, timeoutSeconds }: StepTool,
  { windows, ending }: Pick<StepContext, 'windows' | 'ending'>,
): Promise<EndedTool> {
  try {
    const result = await windows.tools.run({
      ...{ program, args, timeoutMs: timeoutSeconds * 1000, signal: ending },
    });
    if (result.exitCode === 0 && result.output.length === 0) {
      throw new Unavailable(program, 'it ended without having done or said anything');
    }
    return { result, meaning: meaningOfExitCode(result.exitCode) };
  } catch (error) {
    if (error instanceof ToolEnded && error.because === 'signal') throw new Interrupted();
    throw error;
  }
}

/** The outcome of a step that is nothing but a program. `name`: what people call the program. */
export function toolOutcome(
  name: string,
  { meaning, result: { exitCode } }: EndedTool,
  reasons: Readonly<Record<string, string>> = {},
): StepOutcome {
  const code = exitCodeText(exitCode);
  switch (meaning) {
    case 'success':
      return { state: 'done', message: `${name} ended well.`, details: { exitCode } };
    case 'restart-required':
    case 'restart-initiated':
      return {
        state: 'done',
        message: `${name} ended well. A restart is needed to finish it.`,
        details: { exitCode, restartRequired: true },
      };
    case 'retry-later':
      return {
        state: 'failed',
        message: `${name} can't work now and asks to be tried again later (${code}).`,
        errorCode: exitCode,
        details: { exitCode, retryLater: true },
      };
    case 'failure':
      return {
        state: 'failed',
        message: `${name} failed with ${code}${reasons[code] === undefined ? '.' : `: ${reasons[code]}`}`,
        errorCode: exitCode,
        details: { exitCode },
      };
  }
}

/** HRESULTs as people search for them, other codes as numbers. */
function exitCodeText(code: number): string {
  return code > 0xffff ? `0x${code.toString(16).toUpperCase().padStart(8, '0')}` : String(code);
}
