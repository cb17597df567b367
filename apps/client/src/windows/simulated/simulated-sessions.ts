import { type Notice, type NoticeAnswer, type Sessions, type SignedIn } from '../sessions';
import { type Faults } from './faults';

/** The people at a simulated machine, and what they say. */
export class SimulatedSessions implements Sessions {
  people: SignedIn[] = [];
  /** Given one after the other; then nobody answers. */
  answers: NoticeAnswer[] = [];
  /** Everything that was shown. */
  readonly shown: { readonly session: number; readonly notice: Notice }[] = [];

  constructor(private readonly faults: Faults) {}

  signedIn(): Promise<readonly SignedIn[]> {
    return this.faults.perform('sessions', '', () => [...this.people]);
  }

  ask(session: number, notice: Notice): Promise<NoticeAnswer> {
    return this.faults.perform('ask', String(session), () => {
      this.shown.push({ session, notice });
      return this.answers.shift() ?? 'none';
    });
  }

  tell(session: number, notice: Notice): Promise<void> {
    return this.faults.perform('tell', String(session), () => {
      this.shown.push({ session, notice });
    });
  }
}
