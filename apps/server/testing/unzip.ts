import { crc32, inflateRawSync } from 'node:zlib';

/** The files of a ZIP by path, read by its central directory as the format's description has it; throws when it is broken. */
export function unzip(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('This is no central directory.');
    const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(data, data + packed);
    const content = zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes;
    if (content.length !== size || crc32(content) !== zip.readUInt32LE(at + 16)) {
      throw new Error(`${name} is broken.`);
    }
    if (files.has(name)) throw new Error(`${name} is there twice.`);
    files.set(name, content.toString('utf8'));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
