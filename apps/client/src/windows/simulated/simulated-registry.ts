import { type Registry, type RegistryValue } from '../windows';
import { type Faults } from './faults';

/** Key as in {@link Registry}, then value name. */
export type SimulatedRegistryValues = Map<
  string,
  Record<string, number | string | readonly string[]>
>;

/** A registry in memory, under the names that specs gave its keys. */
export function simulatedRegistry(faults: Faults, values: SimulatedRegistryValues): Registry {
  const nameOf = (key: string) =>
    [...values.keys()].find((name) => name.toLowerCase() === key.toLowerCase());
  const find = (key: string) => values.get(nameOf(key) ?? key);
  const below = (key: string) => {
    const start = `${key.toLowerCase()}\\`;
    return [...values.keys()].filter((name) => name.toLowerCase().startsWith(start));
  };
  const change = <T>(subject: string, act: () => T) =>
    faults.perform('write-registry', subject, act, true);
  return {
    keyExists: (key) =>
      faults.perform('registry', key, () => find(key) !== undefined || below(key).length > 0),
    read: (key, value) => faults.perform('registry', key, () => find(key)?.[value]),
    subkeys: (key) =>
      faults.perform('registry', key, () => {
        const names = below(key).map((name) => name.slice(key.length + 1).split('\\')[0] ?? '');
        return names.length > 0 || find(key) ? [...new Set(names)] : undefined;
      }),
    readTyped: (key, value) => Promise.resolve(typed(find(key)?.[value])),
    write: (key, value, { data }) =>
      change(`${key}\\${value}`, () => {
        values.set(nameOf(key) ?? key, { ...find(key), [value]: data });
      }),
    removeValue: (key, value) =>
      change(`${key}\\${value}`, () => {
        const content = find(key);
        if (!content) return;
        const rest = Object.entries(content).filter(([name]) => name !== value);
        values.set(nameOf(key) ?? key, Object.fromEntries(rest));
      }),
    removeEmptyKey: (key) =>
      change(key, () => {
        const content = find(key);
        if (content && Object.keys(content).length > 0) return false;
        values.delete(nameOf(key) ?? key);
        return true;
      }),
  };
}

function typed(value: number | string | readonly string[] | undefined): RegistryValue | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return { type: 'dword', data: value };
  if (typeof value === 'string') return { type: 'sz', data: value };
  return { type: 'multi-sz', data: value };
}
