import { jestNode } from '../../tools/build/jest-node.mjs';

export default {
  ...jestNode,
  displayName: 'server',
  rootDir: import.meta.dirname,
  globalSetup: '<rootDir>/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/testing/global-teardown.mjs',
  testTimeout: 20_000,
};
