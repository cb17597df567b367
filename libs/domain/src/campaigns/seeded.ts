const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A number from 0 up to 1 that looks random and is always the same for the same texts: FNV-1a over their UTF-16 units,
 * its bits mixed as MurmurHash3 ends, twice for 53 bits. Good for fair draws; not for secrets.
 */
export function seeded(...texts: readonly string[]): number {
  // The length keeps ('a', 'bc') and ('ab', 'c') apart.
  const text = texts.map((one) => `${one.length}:${one}`).join('');
  let high = FNV_OFFSET;
  let low = FNV_OFFSET ^ 0x5bd1e995;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, FNV_PRIME);
    low = Math.imul(low ^ (unit + index), FNV_PRIME);
  }
  return (mixed(high) * 2 ** 21 + (mixed(low ^ high) >>> 11)) / 2 ** 53;
}

function mixed(bits: number): number {
  let value = bits;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
