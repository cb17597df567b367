import { describe, expect, test } from '@jest/globals';
import { projectFiles, textOf } from './sources.mjs';

// Written in pieces, so that this file does not contain what it looks for.
const hosts = [
  ['registry', 'npmjs'],
  ['deb', 'debian', 'org'],
].map((parts) => parts.join('\\.'));
const folders = ['work', 'farm', 'home/[a-z]+', 'tmp/bash_jobs'].map(
  (name) => `(?<![\\w.@~-])/${name}/`,
);

const machinePath = new RegExp([...hosts, ...folders].join('|'));
const secret =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{30}|\bAKIA[0-9A-Z]{16}\b/;

const binary = /\.(png|ico|woff2?|exe|gz|zip|etl|evtx)$/;

describe('the files of the project hold', () => {
  const files = projectFiles().filter((file) => !binary.test(file));

  test.each([
    ['no path or host of the machine they were written on', machinePath],
    ['no secret', secret],
  ])('%s', (_, pattern) => {
    const found = files.filter((file) => pattern.test(textOf(file)));
    expect(found).toEqual([]);
  });
});
