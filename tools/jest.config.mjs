/** Tests of the tools themselves and of the architecture. Plain ES modules: nothing to transform. */
export default {
  displayName: 'tools',
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: ['**/*.spec.mjs'],
  testPathIgnorePatterns: ['/windows-testbed/cache/'],
  transform: {},
};
