import { relative, resolve } from 'node:path';
import { expected, root } from '../bootstrap/places.mjs';
import { makeKey } from './release.mjs';

/** `npm run release:key -- FILE`: makes the key whose holder may publish clients. */
export function main([file, ...rest]) {
  if (!file || rest.length > 0) throw expected('Use: npm run release:key -- FILE');
  const path = resolve(file);
  if (!relative(root, path).startsWith('..')) {
    throw expected('Keep the key outside of the repository, and away from the server.');
  }
  const publicKey = makeKey(path);
  console.log(`The private key is in ${path}. Whoever has it can put programs on your machines:
keep it offline, and never on the FleetMend server.

Build clients that take releases signed by it:

  FLEETMEND_RELEASE_PUBLIC_KEY=${publicKey} npm run build:client`);
  return 0;
}
