// The house rules that neither the compiler nor the linter nor the layer rules can say. Prints one line per breach.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesUnder, root } from './set-up.mjs';

const text = (path) => readFileSync(join(root, path), 'utf8');
const sources = filesUnder('src').filter((path) => /\.tsx?$/.test(path));
const tests = filesUnder('test').filter((path) => /\.tsx?$/.test(path));
const stages = sources.filter((path) => /^src\/(?:parse|kernel|cfg|effect|absint|lockgraph|rules|model|report)\//.test(path));
const breaches = [...longFiles(), ...impureStages(), ...kernelNames(), ...unfinishedTests(), ...timedTests(), ...incompleteRules()];

for (const breach of breaches) console.error(breach);
console.log(breaches.length === 0 ? `house: ${sources.length} sources and ${tests.length} test files keep the rules` : `house: ${breaches.length} breaches`);
process.exitCode = breaches.length === 0 ? 0 : 1;

/** A longer file needs its reason in its first line: `// over 400 lines: <reason>`. */
function longFiles() {
  return [...sources, ...tests, ...filesUnder('scripts'), ...filesUnder('bench')]
    .filter((path) => /\.(?:tsx?|m?js)$/.test(path))
    .flatMap((path) => {
      const lines = text(path).split('\n').length - 1;
      return lines <= 400 || /^\/\/ over 400 lines: \S/.test(text(path)) ? [] : [`${path}: ${lines} lines, more than 400`];
    });
}

/** Stages are functions of their arguments. */
function impureStages() {
  const forbidden =
    /\b(?:console\s*\.|Date\.now\b|new Date\(\)|Math\.random\b|performance\.now\b|process\.(?:env|argv|exit|cwd|stdout|stderr|hrtime)\b|setTimeout\b|setInterval\b|fetch\()/;
  return stages.flatMap((path) => grep(path, forbidden, 'a stage is free of I/O, clock, randomness, environment and console'));
}

/** Functions that the knowledge headers declare are named there, and in parse's idiom tables, and nowhere else in the sources. */
function kernelNames() {
  const names = new Set();
  for (const path of filesUnder('knowledge').filter((p) => p.endsWith('.h'))) {
    const code = text(path)
      .replace(/\/\*[\s\S]*?\*\//g, ' ')
      .replace(/\/\/.*/g, ' ');
    for (const [, name] of code.matchAll(/\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\s*\(/g)) names.add(name);
  }
  const idioms = /^src\/parse\/c\/(?:[a-z-]*idioms?|macros?)\.ts$/;
  return sources
    .filter((path) => !idioms.test(path))
    .flatMap((path) =>
      withoutComments(text(path))
        .split('\n')
        .flatMap((line, i) => {
          const found = [...line.matchAll(/['"`]([a-z][a-z0-9]*(?:_[a-z0-9]+)+)['"`(]/g)].map((m) => m[1]).find((name) => names.has(name));
          return found === undefined ? [] : [`${path}:${i + 1}: kernel function ${found} named outside the idiom table`];
        }),
    );
}

function unfinishedTests() {
  return tests.flatMap((path) => grep(path, /\b(?:it|test|describe)(?:\.\w+)*\.(?:only|todo)\b/, 'a test is neither the only one nor still to do'));
}

/** Machines are shared: how long something takes is measured in bench/. What must end is held by a test's time limit. */
function timedTests() {
  return tests.flatMap((path) => grep(path, /\b(?:performance\.now|process\.hrtime|process\.cpuUsage)\b/, 'a test asserts no time'));
}

/** Every rule explains itself in docs/rules and has patches that it must report and patches on which it must be silent. */
function incompleteRules() {
  const fixtures = join(root, 'fixtures', 'patches');
  const documented = readdirSync(join(root, 'docs', 'rules'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => basename(name, '.md'));
  const rules = [...new Set([...implementedRules(), ...documented])].sort();
  return rules.flatMap((rule) => {
    const cases = existsSync(join(fixtures, rule)) ? readdirSync(join(fixtures, rule)) : [];
    return [
      ...(existsSync(join(root, 'docs', 'rules', `${rule}.md`)) ? [] : [`docs/rules/${rule}.md is missing`]),
      ...(cases.some((name) => name.startsWith('bad-')) ? [] : [`fixtures/patches/${rule} has no bad-* case`]),
      ...(cases.some((name) => name.startsWith('ok-')) ? [] : [`fixtures/patches/${rule} has no ok-* case`]),
    ];
  });
}

/** The ids in the rules' own metadata: `id: 'lock-leak'`. */
function implementedRules() {
  return sources
    .filter((path) => path.startsWith('src/rules/'))
    .flatMap((path) => [...text(path).matchAll(/\bid:\s*'([a-z]+(?:-[a-z]+)+)'/g)].map((m) => m[1]));
}

function grep(path, pattern, why) {
  return withoutComments(text(path))
    .split('\n')
    .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${why}: ${line.trim().slice(0, 100)}`] : []));
}

/** Blanks comments and keeps line numbers. A `//` inside a string is left alone when it follows a colon (`https://`). */
function withoutComments(source) {
  return source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1');
}
