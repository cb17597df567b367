import {
  createdEnrolmentTokenSchema,
  userSchema,
  type Role,
  type User,
} from '@fleetmend/dashboard-api';
import type { Api } from '../api';
import { FleetMachine } from './fleet-machine';

/** Someone who can sign in. */
export interface Account {
  readonly email: string;
  readonly password: string;
}

/** The machines and people of the tests of one file. */
export class Fleet {
  private readonly machines: FleetMachine[] = [];
  private token: Promise<string> | undefined;

  constructor(
    private readonly url: string,
    private readonly api: Api,
  ) {}

  /** Machines that have enrolled and are online. */
  join(...hostnames: readonly string[]): Promise<FleetMachine[]> {
    return Promise.all(hostnames.map(async (name) => (await this.enrol(name)).connect()));
  }

  /** A machine that has enrolled and never connected. */
  async enrol(hostname: string): Promise<FleetMachine> {
    this.token ??= this.makeToken();
    const machine = await FleetMachine.enrol(this.url, await this.token, hostname);
    this.machines.push(machine);
    return machine;
  }

  /** Adds a person, and gives what they sign in with. */
  async person(role: Role, name: string): Promise<Account & { readonly user: User }> {
    const account = {
      email: `${name.toLowerCase()}@example.org`,
      password: `${name} in the house`,
    };
    const user = userSchema.parse(await this.api.send('/users', { ...account, name, role }));
    return { ...account, user };
  }

  /** Ends all connections of the machines. */
  leave(): void {
    for (const machine of this.machines) machine.disconnect();
  }

  private async makeToken(): Promise<string> {
    const request = { label: 'Browser tests', expiresInHours: 1, maximumUses: null };
    return createdEnrolmentTokenSchema.parse(await this.api.send('/enrolment-tokens', request))
      .secret;
  }
}
