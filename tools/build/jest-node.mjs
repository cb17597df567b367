import { resolve } from 'node:path';
import { swcOptions } from './swc.mjs';

const root = resolve(import.meta.dirname, '../..');

/** Jest for everything that runs on Node, as ES modules. Needs NODE_OPTIONS=--experimental-vm-modules. */
export const jestNode = {
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions('es6')] },
  moduleNameMapper: {
    '^@fleetmend/domain/catalogue$': `${root}/libs/domain/src/catalogue/index.ts`,
    '^@fleetmend/([^/]+)$': `${root}/libs/$1/src/index.ts`,
  },
  maxWorkers: 2,
  // Jest keeps the ES modules of every file that has run: a worker that has grown larger takes longer to end than Jest
  // waits for it.
  workerIdleMemoryLimit: '200MB',
};
