import fc from 'fast-check';

/** What may happen to a file: parts of it overwritten, cut out or put in, cut off, in another encoding, NULs in it. */
export function damaged(whole: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    from: fc.nat(whole.length),
    length: fc.nat(400),
    with: fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.nat(300).map((length) => new Uint8Array(length)),
    ),
  });
  const encoding = fc.constantFrom<(bytes: Uint8Array) => Uint8Array>(
    (bytes) => bytes,
    (bytes) => Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf16le'),
    (bytes) => Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf16le').swap16(),
    (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]),
    (bytes) => Buffer.concat([Buffer.from([0x20]), bytes]),
  );
  return fc
    .tuple(fc.array(change, { maxLength: 4 }), encoding, fc.option(fc.nat(whole.length)))
    .map(([changes, encode, cutAt]) => {
      let bytes = whole;
      for (const { from, length, with: other } of changes)
        bytes = Buffer.concat([bytes.subarray(0, from), other, bytes.subarray(from + length)]);
      return encode(cutAt === null ? bytes : bytes.subarray(0, cutAt));
    });
}
