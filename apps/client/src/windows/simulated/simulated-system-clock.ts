import { type SystemClock } from '../system-clock';
import { type Faults } from './faults';

/** A clock that specs give: it is theirs to move. */
export class SimulatedSystemClock implements SystemClock {
  onSet: (time: Date) => void = () => undefined;

  constructor(private readonly faults: Faults) {}

  set(time: Date): Promise<void> {
    return this.faults.perform(
      'set-clock',
      '',
      () => {
        this.onSet(time);
      },
      true,
    );
  }
}
