import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Outside } from '../src/absint/outside.js';
import { treeOutside } from '../src/cli/tree-code.js';
import { openIndex } from '../src/host/index/open.js';
import { openTree } from '../src/host/tree.js';
import { primitivesOf } from '../src/kernel/primitives.js';
import { readKnowledge } from '../src/kernel/table.js';
import type { CFile } from '../src/parse/c/ast.js';
import { assemble } from '../src/parse/assemble.js';
import { type CParser, createParser } from '../src/parse/c/parser.js';
import { readInput } from '../src/parse/mail/read-input.js';
import { chainPairs } from '../src/parse/pairs.js';
import type { Series, SourcePair } from '../src/parse/series.js';
import type { Report } from '../src/report/report.js';
import { reviewSeries } from '../src/review.js';
import { type Fixture, projectRoot } from './fixture.js';

/** The same without a base: what its mails show has to do. */
export async function runHunks(fixture: Fixture): Promise<Report> {
  ready ??= getReady();
  const { c, headers } = await ready;
  const read = await readInput(fixture.name, readFileSync(fixture.mbox));
  const [series] = assemble(read.messages, read.gaps);
  if (series === undefined) throw new Error(`${fixture.name}: no series`);
  const { knowledge } = readKnowledge(headers, (await (await openTree(fixture.base)).baseFor(series)).version);
  return reviewSeries(
    { series, base: { kind: 'none', rev: null }, pairs: chainPairs(series.patches, () => null, false), gaps: [] },
    {
      parseC: (path, text) => c.parseC(path, text),
      parseFragments: (path, pair, side) => c.parseFragments(path, (side === 'pre' ? pair.pre : pair.post) ?? ''),
      primitives: primitivesOf(knowledge),
      outside: null,
      judge: null,
      version: 'test',
      progress: () => undefined,
    },
  );
}

interface Ready {
  readonly c: CParser;
  readonly headers: readonly CFile[];
}

let ready: Promise<Ready> | null = null;

/** The only place in the tests that knows how a fixture is run: its mails against its base, judged by the rules, without the model. */
export async function runFixture(fixture: Fixture, outside: Outside | null = null): Promise<Report> {
  ready ??= getReady();
  const { c, headers } = await ready;
  const read = await readInput(fixture.name, readFileSync(fixture.mbox));
  const [series] = assemble(read.messages, read.gaps);
  if (series === undefined) throw new Error(`${fixture.name}: no series`);
  const tree = await openTree(fixture.base);
  const base = await tree.baseFor(series);
  const { knowledge } = readKnowledge(headers, base.version);
  return reviewSeries(
    { series, base: { kind: base.kind, rev: base.rev }, pairs: chainPairs(series.patches, base.read, base.exact), gaps: [...tree.gaps, ...base.gaps] },
    {
      parseC: (path, text) => c.parseC(path, text),
      parseFragments: (path) => {
        throw new Error(`${path}: a fixture's base is whole`);
      },
      primitives: primitivesOf(knowledge),
      outside,
      judge: null,
      version: 'test',
      progress: () => undefined,
    },
  );
}

/** What the engine may ask about a folder of sources. */
export async function outsideOf(dir: string): Promise<Outside> {
  ready ??= getReady();
  const { c, headers } = await ready;
  const tree = await openTree(dir);
  const index = await openIndex(tree, null, {
    about: ['mm/x.c'],
    progress: () => undefined,
    cache: { get: () => null, put: () => undefined, names: () => [], prune: () => undefined } as never,
  });
  if (index === null) throw new Error(`${dir}: no index`);
  return treeOutside({ index, parser: c, primitives: primitivesOf(readKnowledge(headers, '6.15.0').knowledge), stamp: 'test', cache: null, declarations: null })
    .outside;
}

/** One file before a series and after each of its patches, wholly touched: what the rules say, without mails, tree and model. */
export async function runTexts(...texts: readonly (string | null)[]): Promise<Report> {
  ready ??= getReady();
  const { c, headers } = await ready;
  const { knowledge } = readKnowledge(headers, null);
  const path = 'mm/pool.c';
  const lines = (text: string | null): readonly [number, number] => [1, (text ?? '').split('\n').length];
  const series: Series = { subject: 'case', version: 1, messageId: null, cover: null, patches: [], replies: [], expected: 1, gaps: [] };
  const pairs = texts.slice(1).map((post, i): SourcePair => {
    const pre = texts[i] ?? null;
    return {
      patch: i + 1,
      path,
      oldPath: null,
      pre,
      post,
      completeness: 'whole',
      certainty: 'intact',
      fit: 'exact',
      touched: [{ pre: lines(pre), post: lines(post) }],
      mailLines: new Map(),
      gaps: [],
    };
  });
  return reviewSeries(
    { series, base: { kind: 'folder', rev: null }, pairs: pairs.map((pair) => [pair]), gaps: [] },
    {
      parseC: (file, text) => c.parseC(file, text),
      parseFragments: (file) => {
        throw new Error(`${file}: both sides are whole`);
      },
      primitives: primitivesOf(knowledge),
      outside: null,
      judge: null,
      version: 'test',
      progress: () => undefined,
    },
  );
}

async function getReady(): Promise<Ready> {
  const c = await createParser('wasm');
  const folder = join(projectRoot, 'knowledge');
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.h'))
    .sort();
  return { c, headers: names.map((name) => c.parseC(`knowledge/${name}`, readFileSync(join(folder, name), 'utf8')).file) };
}
