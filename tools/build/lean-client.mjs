import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expected, modules } from '../bootstrap/places.mjs';

/** The library's own build without its debug words, which bring two more libraries. */
const WITHOUT_DEBUG = /^(socket\.io-client|engine\.io-client|socket\.io-parser)$/;

/** What a client that speaks WebSocket only never calls: HTTP long-polling, and with it child processes. */
const NEVER_CALLED = /^xmlhttprequest-ssl$/;

/** The library looks for a browser's WebSocket, which makes Node load all that it has for browsers: 17 MB. */
const BROWSERS = 'const WebSocketCtor = globalThis.WebSocket || globalThis.MozWebSocket;';

/** esbuild plugin: leaves out of libraries what the client never uses, but would pay for with its memory and start. */
export const leanClient = {
  name: 'lean-client',
  setup(build) {
    build.onResolve({ filter: WITHOUT_DEBUG }, ({ path }) => ({
      path: join(modules, path, 'build/esm/index.js'),
    }));
    build.onResolve({ filter: NEVER_CALLED }, ({ path }) => ({ path, namespace: 'never-called' }));
    build.onLoad({ filter: /.*/, namespace: 'never-called' }, () => ({ contents: '' }));
    // One WebSocket, the one that the client itself uses.
    build.onResolve({ filter: /^ws$/ }, () => ({ path: join(modules, 'ws/wrapper.mjs') }));
    build.onLoad(
      { filter: /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]websocket\.js$/ },
      async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes(BROWSERS)) {
          throw expected('engine.io-client looks for its WebSocket in another way than before.');
        }
        return { contents: source.replace(BROWSERS, 'const WebSocketCtor = undefined;') };
      },
    );
  },
};
