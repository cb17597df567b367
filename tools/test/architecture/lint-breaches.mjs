// Lints one file for each breach of `boundaries.mjs` and prints the messages of the boundary rules as JSON.
// A process of its own: ESLint doesn't load inside Jest's module registry.
import { ESLint } from 'eslint';
import { join } from 'node:path';
import { root } from '../../bootstrap/places.mjs';
import { boundaries } from './boundaries.mjs';

const rules = new Set(['@nx/enforce-module-boundaries', 'no-restricted-imports']);
const eslint = new ESLint({ cwd: root, ruleFilter: ({ ruleId }) => rules.has(ruleId) });
const messages = [];
for (const [file, name] of boundaries) {
  const text = `import * as breach from '${name}';\nexport const used = breach;\n`;
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  messages.push(result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}
console.log(JSON.stringify(messages));
