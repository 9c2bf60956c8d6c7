// node scripts/check-knowledge.mjs TREE [--bodies]: holds knowledge/*.h against a kernel tree.
//
// Every name that should exist in the tree's version must be a function or macro there, with the same number of
// parameters and, for functions, the same return type. The tree is read as text, on purpose not by our own parser,
// so that the two cannot be wrong together. With --bodies, each stated contract is also compared with what the engine
// computes from the tree's own body: taken on the other result, or in the other mode, is a disagreement; that the engine
// sees less (atomics, assembly) is none. Exits with 1 when anything disagrees. Needs a build (npm run build).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

const tree = process.argv[2];
if (!tree || !existsSync(join(tree, 'Makefile'))) {
  console.error('usage: node scripts/check-knowledge.mjs KERNEL_TREE');
  process.exit(2);
}
const { createParser } = await import(new URL('../dist/parse/c/parser.js', import.meta.url));
const { readTable, EMPTY_TABLE } = await import(new URL('../dist/kernel/table.js', import.meta.url));
const { knowledgeFor, selectContract } = await import(new URL('../dist/kernel/table.js', import.meta.url));
const { primitivesOf } = await import(new URL('../dist/kernel/primitives.js', import.meta.url));
const { covers } = await import(new URL('../dist/kernel/version.js', import.meta.url));

const PLACES = [
  'include',
  'mm',
  'kernel',
  'lib',
  'fs',
  'drivers/base',
  'drivers/pci',
  'drivers/of',
  'block',
  'ipc',
  'net/core',
  'security/keys',
  'arch/x86/include',
];
/** Ours: guards that keep their own flags, words of the compiler, and calls through pointers. */
const NOT_IN_A_TREE = /^(guard_\w+|__builtin_unreachable|operation_\w+)$/;
const version = treeVersion();
const parser = await createParser();
const { entries, problems, table } = knowledge();
const found = declarations(new Set(entries.map((e) => e.fn.name)));

const unexplained = { entry: problems.length, name: 0, parameters: 0, result: 0, body: 0 };
const tally = { held: 0, otherVersions: 0, compared: 0, bounded: 0 };
for (const { path, fn, span } of entries) {
  if (!covers(span, version)) {
    tally.otherVersions += 1;
    continue;
  }
  if (NOT_IN_A_TREE.test(fn.name) || fn.attributes.some((a) => ['__lock_order', '__batch', '__decides'].includes(a.name))) continue;
  tally.held += 1;
  const here = found.get(fn.name);
  const say = (what, why) => {
    unexplained[what] += 1;
    problems.push(`${path}:${fn.line}: ${fn.name}(): ${why}`);
  };
  if (!here) {
    say('name', `not in ${version}`);
    continue;
  }
  // Stable trees carry backports: where another entry of the name is the tree's own declaration, that one is used.
  if (entries.some((e) => e.fn !== fn && e.fn.name === fn.name && covers(e.span, version) && fits(e.fn, here)) && !fits(fn, here)) continue;
  const counted = here.filter((d) => d.count === fn.params.length || (d.variadic && d.count <= fn.params.length));
  if (counted.length === 0) {
    say('parameters', `${fn.params.length} parameters here, ${[...new Set(here.map((d) => d.count))].join(' or ')} there (${here[0].where})`);
    continue;
  }
  const functions = counted.filter((d) => d.returns !== null);
  const ours = `${fn.returns.base}${'*'.repeat(fn.returns.pointers)}`;
  if (functions.length > 0 && ours !== '__expr' && !functions.some((d) => d.returns === ours))
    say('result', `returns ${ours} here, ${[...new Set(functions.map((d) => d.returns))].join(' or ')} there (${functions[0].where})`);
}
const withBodies = process.argv.includes('--bodies');
if (withBodies) problems.push(...(await bodies()));
for (const p of problems.sort()) console.log(p);
printTable();
process.exitCode = problems.length > 0 ? 1 : 0;

function fits(fn, here) {
  return here.some(
    (d) =>
      (d.count === fn.params.length || (d.variadic && d.count <= fn.params.length)) &&
      (d.returns === null || d.returns === `${fn.returns.base}${'*'.repeat(fn.returns.pointers)}`),
  );
}

function knowledge() {
  const problems = [];
  const files = readdirSync(join(root, 'knowledge'))
    .filter((n) => n.endsWith('.h'))
    .sort()
    .map((n) => {
      const { file, gaps } = parser.parseC(`knowledge/${n}`, readFileSync(join(root, 'knowledge', n), 'utf8'));
      problems.push(...gaps.map((g) => `${g.file}: ${g.function}: ${g.why}`));
      return file;
    });
  const { table, gaps } = readTable(files, EMPTY_TABLE);
  problems.push(...gaps.map((g) => g.why));
  const bound = (fn, name) => fn.attributes.find((a) => a.name === name)?.text.match(/[\d.]+/)?.[0] ?? null;
  const entries = files.flatMap((f) => f.functions.map((fn) => ({ path: f.path, fn, span: { since: bound(fn, '__since'), until: bound(fn, '__until') } })));
  return { entries, problems, table };
}

/** What was held against what, and what of it disagrees without an explanation in docs/knowledge.md. */
function printTable() {
  const rows = [
    ['what', 'checked', 'unexplained'],
    ['entries that can be read', entries.length, unexplained.entry],
    [`names that exist in ${version}`, tally.held, unexplained.name],
    ['… with that many parameters', tally.held, unexplained.parameters],
    ['… with that result', tally.held, unexplained.result],
    ...(withBodies ? [['contracts that agree with the body', tally.compared, unexplained.body]] : []),
  ];
  for (const [what, n, wrong] of rows) console.log(`knowledge: ${String(what).padEnd(36)} ${String(n).padStart(7)} ${String(wrong).padStart(12)}`);
  console.log(
    `knowledge: ${tally.otherVersions} entries are of other versions${withBodies ? `; ${tally.bounded} bodies were too large to compute` : ''}; ${problems.length} disagreements`,
  );
}

/** Stated against computed, for every entry whose body is in the tree. */
async function bodies() {
  const { createProgram } = await import(new URL('../dist/absint/program.js', import.meta.url));
  const primitives = primitivesOf(knowledgeFor(table, version));
  const parsed = new Map();
  const out = [];
  for (const [name, places] of found) {
    const stated = selectContract(table, name, -1, version);
    if (!stated) continue;
    for (const path of new Set(places.filter((d) => d.body).map((d) => d.where.split(':')[0]))) {
      if (!parsed.has(path)) parsed.set(path, parser.parseC(path, readFileSync(join(tree, path), 'utf8')).file);
      const computed = createProgram([parsed.get(path)], primitives, (n) => n === name).analyse(path, name)?.summary;
      if (!computed) continue;
      if (computed.bounded) {
        tally.bounded += 1;
        continue;
      }
      tally.compared += 1;
      out.push(...contradictions(stated, computed.contract).map((why) => `${stated.source}: ${name}(): ${why} (${path})`));
    }
  }
  unexplained.body = out.length;
  return out;
}

function contradictions(stated, computed) {
  const a = signs(stated);
  const b = signs(computed);
  return [...a].flatMap(([key, mask]) => {
    const theirs = b.get(key);
    if (theirs !== undefined) return (theirs & mask) === 0 ? [`${key} on ${say(mask)} here, on ${say(theirs)} there`] : [];
    const other = key.endsWith(' shared') ? key.replace(/shared$/, 'exclusive') : key.replace(/exclusive$/, 'shared');
    return other !== key && b.has(other) && !a.has(other) ? [`${key} here, ${other} there`] : [];
  });
}

/** What happens ("acquire rwsem shared") to the signs of the results it happens for: 1 negative, 2 zero, 4 positive. */
function signs(contract) {
  const masks = { any: 7, zero: 2, nonzero: 5, negative: 1, positive: 4, nonnegative: 6, nonpositive: 3 };
  const map = new Map();
  for (const { when, effects } of contract.outcomes) {
    const value =
      when.is === 'equals' && !when.not
        ? typeof when.value === 'number'
          ? when.value < 0
            ? 0.5
            : when.value === 0
              ? 1
              : 2
          : when.value.startsWith('-')
            ? 0.5
            : 2
        : null;
    const mask = value === null ? (masks[when.is] ?? 7) : value === 0.5 ? 1 : value === 1 ? 2 : 4;
    for (const e of effects)
      if (['acquire', 'release', 'get', 'put'].includes(e.op) && !e.ensure) {
        const key = [e.op, e.kind, e.op === 'acquire' || e.op === 'release' ? e.mode : ''].join(' ').trim();
        map.set(key, (map.get(key) ?? 0) | mask);
      }
  }
  return map;
}

function say(mask) {
  return ['error', 'zero', 'positive'].filter((_, i) => (mask & (1 << i)) !== 0).join(' or ');
}

function treeVersion() {
  const text = readFileSync(join(tree, 'Makefile'), 'utf8');
  return ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map((k) => new RegExp(`^${k} *= *(\\d+)`, 'm').exec(text)?.[1] ?? '0').join('.');
}

/** Name to its declarations in the tree: parameter count, and the return type (null for macros). */
function declarations(names) {
  const map = new Map();
  const add = (name, d) => {
    if (names.has(name)) map.set(name, [...(map.get(name) ?? []), d]);
  };
  for (const path of sources()) {
    const text = readFileSync(join(tree, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' '));
    for (const m of text.matchAll(
      /^(?:#[ \t]*define[ \t]+(\w+)(?:\(|[ \t]+\w+$)|((?:[A-Za-z_][^\n;{}=#()]*(?:\b__\w+\([^\n()]*\)[^\n;{}=#()]*)?[ \t*])?)(\w+)\()/gm,
    )) {
      const name = m[1] ?? m[3];
      if (m[1]?.endsWith('PAGEFLAG')) continue;
      if (/PAGEFLAG(_FALSE)?$/.test(name ?? '')) pageFlags(text, m.index, path, add);
      if (!names.has(name)) continue;
      // `#define pfn_to_page __pfn_to_page` says nothing about parameters.
      if (m[1] && !m[0].endsWith('(')) {
        add(name, { where: path, count: 0, variadic: true, returns: null });
        continue;
      }
      const open = m.index + m[0].length - 1;
      const close = closing(text, open);
      if (close < 0) continue;
      const params = split(text.slice(open + 1, close));
      const where = `${path}:${text.slice(0, m.index).split('\n').length}`;
      const variadic = params.some((p) => p.endsWith('...'));
      const d = { where, count: params.length - (variadic ? 1 : 0), variadic };
      if (m[1]) {
        add(name, { ...d, returns: null });
        continue;
      }
      const before = m[2].trim() || text.slice(0, m.index).trimEnd().split('\n').at(-1);
      add(name, { ...d, returns: typeOf(before), body: /^[^;{}]{0,200}\{/.test(text.slice(close + 1, close + 220)) });
    }
  }
  return map;
}

/** `PAGEFLAG(Dirty, dirty, …)` defines PageDirty(), folio_test_dirty() and those that set and clear it. */
function pageFlags(text, index, path, add) {
  const m = /\((\w+),\s*(\w+)/.exec(text.slice(index, index + 120));
  if (!m) return;
  const where = `${path}:${text.slice(0, index).split('\n').length}`;
  const one = (name, returns) => add(name, { where, count: 1, variadic: false, returns });
  one(`Page${m[1]}`, 'int');
  one(`folio_test_${m[2]}`, 'bool');
  for (const u of ['', '__'])
    for (const [verb, word] of [
      ['Set', 'set'],
      ['Clear', 'clear'],
    ]) {
      one(`${u}${verb}Page${m[1]}`, 'void');
      one(`${u}folio_${word}_${m[2]}`, 'void');
    }
}

function typeOf(text) {
  const words = text
    .replace(/\*/g, ' * ')
    .replace(/\b__(?:alloc_size|attribute__|printf|realloc_size)\s*\(+[^)]*\)+/g, ' ')
    .split(/\s+/)
    .filter(Boolean)
    .filter((w) => !/^(static|inline|extern|const|volatile|noinline|notrace|asmlinkage|__\w+)$/.test(w) || w === '__must_check_type');
  const stars = words.filter((w) => w === '*').length;
  return `${words.filter((w) => w !== '*').join(' ')}${'*'.repeat(stars)}`;
}

function closing(text, open) {
  let depth = 0;
  for (let i = open; i < text.length && i < open + 4000; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function split(list) {
  const out = [''];
  let depth = 0;
  for (const c of list) {
    if (c === '(') depth++;
    else if (c === ')') depth--;
    if (c === ',' && depth === 0) out.push('');
    else out[out.length - 1] += c;
  }
  const params = out.map((p) => p.replace(/\\\n/g, ' ').trim());
  return params.length === 1 && (params[0] === '' || params[0] === 'void') ? [] : params;
}

function sources() {
  return PLACES.filter((p) => existsSync(join(tree, p))).flatMap((p) =>
    readdirSync(join(tree, p), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && /\.[ch]$/.test(e.name))
      .map((e) =>
        join(e.parentPath ?? e.path, e.name)
          .slice(tree.length)
          .replace(/^\//, ''),
      ),
  );
}
