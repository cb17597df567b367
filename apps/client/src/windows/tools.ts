/** A program of Windows, how it is called, and how long it may take. */
export interface ToolCall {
  /** Its path below %SystemRoot%: `System32\\Dism.exe`. Never a name that is searched for. */
  readonly program: string;
  /** Passed as they are; no shell reads them. */
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Ends the program when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface ToolResult {
  /** 0 to 4,294,967,295: also an HRESULT, as DISM gives it. */
  readonly exitCode: number;
  /** The end of what it wrote, as bytes: the encoding differs from program to program. Never read for decisions. */
  readonly output: Buffer;
}

/** The program was ended because its time was over, or because the caller wanted it. */
export class ToolEnded extends Error {
  constructor(
    program: string,
    readonly because: 'timeout' | 'signal',
  ) {
    const why = because === 'timeout' ? 'took too long' : 'was no longer wanted';
    super(`"${program}" ${why} and was ended.`);
    this.name = 'ToolEnded';
  }
}

/**
 * Programs that come with Windows, for what has no interface of its own (DISM, SFC, the troubleshooter). They are
 * started without a window, with an environment that holds nothing but what Windows itself sets.
 */
export interface Tools {
  /** Throws `Unavailable` when this Windows has no such program, and {@link ToolEnded}. */
  run(call: ToolCall): Promise<ToolResult>;
}
