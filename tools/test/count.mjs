// Prints the counted line that .ci/run ends with, from the results that the stages left; runs on Node 20.
// Its argument is the exit code of `npm test`: a bad one never counts as nothing failed.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { line } from './results.mjs';

const file = fileURLToPath(new URL('../../dist/test-reports/results.json', import.meta.url));
const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
const hidden = process.argv[2] !== '0' && results.every(({ failed }) => failed === 0);
console.log(line(hidden ? [...results, { passed: 0, failed: 1, skipped: 0 }] : results));
