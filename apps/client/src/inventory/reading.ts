import { type Registry } from '../windows/windows';

/** What `ask` answers, or nothing where Windows refuses: an inventory is made of what there is. */
export async function maybe<T>(ask: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

/** A text of Windows that fits into `length`; nothing for what is empty or no text. */
export function words(value: unknown, length: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim().slice(0, length);
  return text === '' ? undefined : text;
}

/** A REG_SZ that fits into `length`. Rejects where the registry refuses. */
export async function textOf(
  registry: Registry,
  key: string,
  value: string,
  length: number,
): Promise<string | undefined> {
  return words(await registry.read(key, value), length);
}
