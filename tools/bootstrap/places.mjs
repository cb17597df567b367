import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where npm installs. */
export const modules = join(root, 'node_modules');

/** An error whose message is all that the reader needs: printed without a stack. */
export const expected = (message) => Object.assign(new Error(message), { expected: true });
