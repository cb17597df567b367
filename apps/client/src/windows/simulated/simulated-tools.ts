import { type ToolCall, type ToolResult, type Tools } from '../tools';
import { Unavailable } from '../windows';
import { type Faults } from './faults';

type Answer = (call: ToolCall) => ToolResult | Promise<ToolResult>;

/** The programs of a simulated Windows: those that specs have added, and no others. */
export class SimulatedTools implements Tools {
  private readonly programs = new Map<string, Answer>();

  constructor(private readonly faults: Faults) {}

  /** Adds a program or replaces it. `program` as in {@link ToolCall}. */
  add(program: string, answer: Answer): void {
    this.programs.set(program.toLowerCase(), answer);
  }

  /** Adds a program that always ends with this code. */
  addEnding(program: string, exitCode: number, output = ''): void {
    this.add(program, () => ({ exitCode, output: Buffer.from(output) }));
  }

  run(call: ToolCall): Promise<ToolResult> {
    const answer = this.programs.get(call.program.toLowerCase());
    if (!answer) {
      return Promise.reject(new Unavailable(call.program, 'this Windows does not have it'));
    }
    return this.faults.perform(
      'run-tool',
      [call.program, ...call.args].join(' '),
      () => answer(call),
      true,
    );
  }
}
