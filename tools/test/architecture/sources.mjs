import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { root } from '../../bootstrap/places.mjs';

/** The project's own files, by git: tracked ones, and new ones that are not ignored. Paths with `/`. */
export function projectFiles() {
  const { stdout, status } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error('git can’t list the files of this checkout');
  return [...new Set(stdout.split('\0'))].filter(
    (file) => file !== '' && existsSync(join(root, file)) && statSync(join(root, file)).isFile(),
  );
}

/** The text of a file of the project. */
export const textOf = (file) => readFileSync(join(root, file), 'utf8');

/** All TypeScript and JavaScript of the project with what it imports, see `parseSource`. */
export function projectSources() {
  const files = projectFiles().filter(
    (file) => /\.[mc]?[jt]s$/.test(file) && !/\/fixtures\//.test(file),
  );
  const known = new Set(files);
  return files.map((file) => parseSource(file, textOf(file), known));
}

/**
 * One file: `code` is its text without comments, `imports` what it imports. Each has `name` as written, `target`
 * (a path of the project, undefined for packages) and `typeOnly` (gone at run time). `known` has all paths.
 */
export function parseSource(file, text, known) {
  const kind = file.endsWith('ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kind);
  const imports = [];
  const add = (name, typeOnly, node) =>
    imports.push({
      name,
      typeOnly,
      target: resolveImport(file, name, known),
      clause: node?.importClause,
    });
  const visit = (node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier.text, isTypeOnly(node.importClause), node);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      // An import at run time breaks a cycle instead of closing it.
      if (ts.isStringLiteral(node.arguments[0])) add(node.arguments[0].text, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { file, imports, code: withoutComments(text, kind) };
}

function isTypeOnly(clause) {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  if (clause.name !== undefined || named === undefined || ts.isNamespaceImport(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

const aliases = Object.entries(
  ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile).config.compilerOptions.paths,
).map(([alias, [target]]) => [alias, posix.normalize(target)]);

function resolveImport(file, name, known) {
  const alias = aliases.find(([prefix]) => prefix === name);
  if (alias !== undefined) return alias[1];
  if (!name.startsWith('.')) return undefined;
  const path = posix.join(dirname(file), name);
  const candidates = [path, `${path}.ts`, `${path}/index.ts`, path.replace(/\.(m?)js$/, '.$1ts')];
  return candidates.find((candidate) => known.has(candidate)) ?? path;
}

/** Strings stay as they are, comments become blanks. */
function withoutComments(text, kind) {
  let result = text;
  const blank = (_, comment) => ' '.repeat(comment.length);
  if (kind === ts.ScriptKind.TS || kind === ts.ScriptKind.JS) {
    result = text.replace(/(\/\*[^]*?\*\/)/g, blank).replace(/^(\s*\/\/.*)$/gm, blank);
  }
  return result;
}
