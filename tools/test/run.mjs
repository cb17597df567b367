import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { expected } from '../bootstrap/places.mjs';
import { availableMegabytes, containerMemory } from './memory.mjs';
import { line } from './results.mjs';
import { runStage } from './stage.mjs';
import { quick, reports, stages } from './stages.mjs';

/** A whole run ends itself after this, so that its result is printed before a CI system cuts it off. */
const overallMinutes = 85;

/** `npm test`: all stages one after the other; answers 1 if anything failed. */
export async function main(args) {
  const chosen = choose(args);
  const began = Date.now();
  const results = [];
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  console.log(
    `${chosen.length} stages; free memory ${availableMegabytes()} MB; ${containerMemory()}`,
  );
  for (const [index, stage] of chosen.entries()) {
    console.log(`\n── ${stage.name}: ${stage.title} (${index + 1} of ${chosen.length})`);
    save('current.json', { stage: stage.name, began: new Date().toISOString() });
    const result = await attempt(stage, began + overallMinutes * 60_000);
    results.push(result);
    save('results.json', results);
    console.log(sentence(result));
    // Whoever stopped us finds in current.json where that was.
    if (result.stopped) break;
    rmSync(join(reports, 'current.json'));
  }
  summarise(results, Date.now() - began);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** Runs a stage if this machine has what it needs; in CI it's a failure if it hasn't. */
async function attempt(stage, deadline) {
  const without = (problem) => {
    const strict = process.env.CI === 'true';
    const counts = { passed: 0, failed: strict ? 1 : 0, skipped: strict ? 0 : 1 };
    return {
      name: stage.name,
      ...counts,
      milliseconds: 0,
      problem: strict ? `can’t run here: ${problem}` : `SKIPPED: ${problem}`,
    };
  };
  if (!stage.exists()) return without('there are no such tests in this checkout');
  const env = {};
  for (const need of stage.needs) {
    const { missing, ...found } = await need();
    if (missing !== undefined) return without(missing);
    Object.assign(env, found);
  }
  return runStage(stage, { reportFile: join(reports, `${stage.name}.json`), deadline, env });
}

function choose(args) {
  const { values } = parse(args);
  if (values.quick) return stages.filter(({ name }) => quick.includes(name));
  if (values.only === undefined) return stages;
  const names = values.only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const all = stages.map(({ name }) => name).join(', ');
    throw expected(`There is no stage ${unknown.join(', ')}. There are: ${all}.`);
  }
  return stages.filter(({ name }) => names.includes(name));
}

function parse(args) {
  try {
    return parseArgs({ args, options: { only: { type: 'string' }, quick: { type: 'boolean' } } });
  } catch (error) {
    throw expected(`${error.message}\nUse: npm test [-- --only STAGE,STAGE]`);
  }
}

const save = (file, value) =>
  writeFileSync(join(reports, file), `${JSON.stringify(value, null, 2)}\n`);

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

function sentence(result) {
  const mark = result.failed > 0 ? '✘' : result.problem ? '◌' : '✔';
  const memory =
    result.lowestMemory === undefined ? '' : `, lowest free memory ${result.lowestMemory} MB`;
  const problem = result.problem ? `: ${result.problem}` : '';
  return `${mark} ${result.name}${problem} (${line([result])}, ${seconds(result.milliseconds)}${memory})`;
}

function summarise(results, milliseconds) {
  console.log(`\n── Summary after ${seconds(milliseconds)}; ${containerMemory()}`);
  for (const result of results) console.log(sentence(result));
  console.log(`\n${line(results)}`);
}
