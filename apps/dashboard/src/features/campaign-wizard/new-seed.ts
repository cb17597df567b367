/** What a new draw starts from: eight hexadecimal digits. */
export function newSeed(): string {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return (number ?? 0).toString(16).padStart(8, '0');
}
