import { jestNode } from '../../tools/build/jest-node.mjs';

export default {
  ...jestNode,
  displayName: 'server',
  rootDir: import.meta.dirname,
  globalSetup: '<rootDir>/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/testing/global-teardown.mjs',
  testTimeout: 20_000,
  // Jest keeps the modules of every file that has run. A worker that has grown too large takes longer to end than Jest
  // waits for it.
  workerIdleMemoryLimit: '200MB',
};
