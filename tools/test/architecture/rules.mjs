const server = 'apps/server/src/';
const platform = `${server}platform/`;
const features = `${server}features/`;

/** Tests may look behind every wall. */
const isTest = (file) => /\.spec\.[mc]?ts$|\/testing\/|^apps\/e2e\//.test(file);

const featureOf = (path) => /^apps\/server\/src\/features\/([^/]+)\//.exec(path)?.[1];

const imports = (sources, forbidden) =>
  sources.flatMap((source) =>
    source.imports
      .filter((found) => forbidden(found, source.file))
      .map(({ name }) => `${source.file} imports ${name}`),
  );

const only = (file, ...allowed) => allowed.some((pattern) => pattern.test(file));

/**
 * The files that may read the environment: one for each program, its main file that hands it over, and where
 * the client asks Windows for its folders.
 */
const environmentReaders = [
  /^apps\/[^/]+\/src\/main\.ts$/,
  /^apps\/client\/src\/windows\/native\//,
  /^apps\/server\/src\/platform\/config\//,
  /^apps\/(client|simulator|dashboard)\/src\/(settings|environment)\.ts$/,
  /^apps\/[^/]+\/[^/]+\.config\.m[jt]s$/,
];

/**
 * What tags can't say. Each rule answers its violations as sentences; `breach` is source that must be caught,
 * as `[file, text]` pairs.
 */
export const rules = [
  {
    name: 'the platform knows no feature',
    find: (sources) =>
      imports(
        sources,
        ({ target }, file) => file.startsWith(platform) && target?.startsWith(features),
      ),
    breach: [[`${platform}http/a.ts`, `import { Runs } from '../../features/runs';`]],
  },
  {
    name: 'a feature is seen only through its index',
    find: (sources) =>
      imports(sources, ({ target }, file) => {
        const feature = featureOf(target ?? '');
        if (feature === undefined || feature === featureOf(file) || isTest(file)) return false;
        return file.startsWith(server) && target !== `${features}${feature}/index.ts`;
      }),
    breach: [
      [`${features}runs/a.service.ts`, `import { Machine } from '../machines/machine.entity';`],
      [`${features}machines/machine.entity.ts`, ''],
    ],
  },
  {
    name: 'TypeORM only in entities, repositories, migrations and platform/database',
    find: (sources) =>
      imports(
        sources,
        ({ name }, file) =>
          /^(typeorm|pg)(\/|$)/.test(name) &&
          !isTest(file) &&
          !only(
            file,
            /\.(entity|repository|migration)\.ts$/,
            /\/migrations\//,
            /\/platform\/database\//,
          ),
      ),
    breach: [[`${features}runs/runs.service.ts`, `import { DataSource } from 'typeorm';`]],
  },
  {
    name: 'socket.io of the server only in gateways and platform/realtime',
    find: (sources) =>
      imports(
        sources,
        ({ name }, file) =>
          name === 'socket.io' &&
          file.startsWith(server) &&
          !isTest(file) &&
          !only(file, /\.gateway\.ts$/, /\/platform\/realtime\//),
      ),
    breach: [[`${features}runs/runs.service.ts`, `import { type Socket } from 'socket.io';`]],
  },
  {
    name: 'entities never in a controller or gateway',
    find: (sources) =>
      imports(
        sources,
        ({ target }, file) =>
          /\.(controller|gateway)\.ts$/.test(file) && /\.entity(\.ts)?$/.test(target ?? ''),
      ),
    breach: [[`${features}runs/runs.controller.ts`, `import { RunEntity } from './run.entity';`]],
  },
  {
    name: 'the server plays fleets only in its tests',
    find: (sources) =>
      imports(
        sources,
        ({ name }, file) =>
          /^@fleetmend\/simulation(\/|$)/.test(name) &&
          file.startsWith('apps/server/') &&
          !isTest(file),
      ),
    breach: [
      [`${features}runs/runs.service.ts`, `import { Random } from '@fleetmend/simulation';`],
    ],
  },
  {
    name: 'one reader of the environment in each program',
    find: (sources) =>
      sources
        .filter(({ file }) => /^(apps|libs)\//.test(file) && !isTest(file))
        .filter(
          ({ file, code }) => /\bprocess\.env\b/.test(code) && !only(file, ...environmentReaders),
        )
        .map(({ file }) => `${file} reads process.env`),
    breach: [[`${features}runs/runs.service.ts`, `export const port = process.env['PORT'];`]],
  },
  {
    name: 'only windows and service of the client touch Win32 and processes',
    find: (sources) =>
      imports(
        sources,
        ({ name }, file) =>
          file.startsWith('apps/client/src/') &&
          /^(koffi|(node:)?child_process)$/.test(name) &&
          !isTest(file) &&
          !/^apps\/client\/src\/(windows|service)\//.test(file),
      ),
    breach: [['apps/client/src/outbox/outbox.ts', `import { spawn } from 'node:child_process';`]],
  },
  {
    name: 'zod as a namespace, since a named import brings all of it to the browser',
    find: (sources) =>
      imports(
        sources.filter(({ file }) => /^(apps|libs)\//.test(file)),
        ({ name, typeOnly, clause }) =>
          !typeOnly && /^zod(\/|$)/.test(name) && clause?.namedBindings?.elements !== undefined,
      ),
    breach: [['libs/domain/src/a.ts', `import { z } from 'zod';`]],
  },
  {
    name: 'nobody signals a process group or everybody',
    find: (sources) =>
      sources
        .filter(({ file }) => file !== 'tools/process/group.mjs')
        .filter(
          ({ code }) =>
            /\bprocess\s*\.\s*kill\s*\(\s*(-|0\b)/.test(code) ||
            /\b(p[k]ill|kill[a]ll)\b/.test(code),
        )
        .map(({ file }) => `${file} signals more than one process of its own`),
    breach: [['tools/a.mjs', `process.${'kill'}(-child.pid, 'SIGKILL');`]],
  },
  {
    name: 'the bootstrap needs nothing that npm installs',
    find: (sources) => {
      const known = new Map(sources.map((source) => [source.file, source]));
      const reached = reach(known, 'tools/bootstrap.mjs');
      return imports(
        [...reached].map((file) => known.get(file)).filter(Boolean),
        ({ name, typeOnly }) => !typeOnly && !/^(node:|\.)/.test(name),
      );
    },
    breach: [['tools/bootstrap.mjs', `import { build } from 'esbuild';`]],
  },
  {
    name: 'no circular imports',
    find: circles,
    breach: [
      ['libs/domain/src/a.ts', `import { b } from './b';`],
      ['libs/domain/src/b.ts', `export { a } from './a';`],
    ],
  },
];

const following = (source) =>
  source.imports
    .filter(({ typeOnly, target }) => !typeOnly && target !== undefined)
    .map(({ target }) => target);

function reach(known, start) {
  const reached = new Set([start]);
  for (const file of reached) {
    const source = known.get(file);
    if (source !== undefined) for (const target of following(source)) reached.add(target);
  }
  return reached;
}

function circles(sources) {
  const known = new Map(sources.map((source) => [source.file, source]));
  const done = new Set();
  const found = [];
  const walk = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file) || !known.has(file)) return;
    for (const target of following(known.get(file))) walk(target, [...path, file]);
    done.add(file);
  };
  for (const { file } of sources) walk(file, []);
  return found;
}
