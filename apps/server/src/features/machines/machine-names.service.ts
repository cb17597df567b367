import { Injectable } from '@nestjs/common';
import { MOST_NAMES, type ResolvedName, type ResolveNamesAnswer } from '@fleetmend/dashboard-api';
import { Database } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { domainFits, type ListedName, readHostNames } from './host-names';
import { MachineNamesRepository, type NamedMachine } from './machine-names.repository';

/** Finds the machines of a list of names. */
@Injectable()
export class MachineNamesService {
  constructor(
    private readonly database: Database,
    private readonly repository: MachineNamesRepository,
  ) {}

  /** @throws {RequestError} `invalid-request` where the list holds no name, or too many */
  async resolve(text: string): Promise<ResolveNamesAnswer> {
    const listed = readHostNames(text);
    if (listed.length === 0) throw invalidList('There is no name in this list.');
    if (listed.length > MOST_NAMES) {
      throw invalidList(
        `There are ${listed.length} names in this list. Look up at most ${MOST_NAMES} at once.`,
      );
    }
    const wanted = new Set(listed.flatMap(spellings));
    const byName = Map.groupBy(
      await this.repository.named(this.database, [...wanted]),
      ({ name }) => name,
    );
    const names = listed.map((name): ResolvedName => {
      const machineIds = fitting(name, byName).map(({ id }) => id);
      const [machineId] = machineIds;
      if (machineId === undefined) return { name: name.given, result: 'unknown' };
      return machineIds.length === 1
        ? { name: name.given, result: 'machine', machineId }
        : { name: name.given, result: 'ambiguous', machineIds };
    });
    const found = names.flatMap((each) => (each.result === 'machine' ? [each.machineId] : []));
    return {
      names,
      machineIds: [...new Set(found)],
      unknown: names.filter(({ result }) => result === 'unknown').length,
      ambiguous: names.filter(({ result }) => result === 'ambiguous').length,
    };
  }
}

/** The names that a machine of this entry may have told: its own, or one with the domain. */
function spellings({ host, domain }: ListedName): string[] {
  return domain === undefined ? [host] : [host, `${host}.${domain}`];
}

/** Those whose domain is known to fit, else those of which it isn't known. */
function fitting(
  name: ListedName,
  byName: ReadonlyMap<string, readonly NamedMachine[]>,
): readonly NamedMachine[] {
  const [own = '', full] = spellings(name);
  const whole = full === undefined ? [] : (byName.get(full) ?? []);
  if (whole.length > 0) return whole;
  const fits = Map.groupBy(byName.get(own) ?? [], ({ domain }) => domainFits(name.domain, domain));
  return fits.get('yes') ?? fits.get('unknown') ?? [];
}

function invalidList(message: string): RequestError {
  return new RequestError('invalid-request', message, { problems: [{ path: 'text', message }] });
}
