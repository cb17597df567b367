import { resolve } from 'node:path';
import presets from 'jest-preset-angular/presets/index.js';

const libs = resolve(import.meta.dirname, '../../libs');

export default {
  ...presets.createCjsPreset({
    testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env',
    tsconfig: '<rootDir>/tsconfig.spec.json',
  }),
  displayName: 'dashboard',
  rootDir: import.meta.dirname,
  setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: { '^@fleetmend/([^/]+)$': `${libs}/$1/src/index.ts` },
};
