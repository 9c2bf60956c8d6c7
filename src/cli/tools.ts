import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openCache } from '../host/index/cache.js';
import type { OpenIndex } from '../host/index/open.js';
import { readEngineStamp, readKnowledgeFiles } from '../host/knowledge.js';
import { readModelFiles } from '../host/models.js';
import { shippedTable } from '../kernel/prebuilt.js';
import { agreeing, primitivesOf } from '../kernel/primitives.js';
import { knowledgeFor, readTable } from '../kernel/table.js';
import type { CFile } from '../parse/c/ast.js';
import { createParser, type CParser } from '../parse/c/parser.js';
import type { Gap } from '../parse/gap.js';
import type { ReviewTools } from '../review.js';
import { Failure } from './failure.js';
import { judgePool } from './judge-pool.js';
import type { RunOptions } from './program.js';
import type { OnProgress } from './progress.js';
import type { Timing } from './timing.js';
import { treeOutside, type TreeOutside } from './tree-code.js';

export interface ToolOptions extends Pick<RunOptions, 'parser' | 'model' | 'knowledge'> {
  /** The tree's kernel version, "6.1.192", or null. */
  readonly kernel: string | null;
  /** Where there is no tree: two versions of which either may be meant, or null. */
  readonly between?: readonly [string, string] | null;
  /** Sources will be shown, so their syntax is wanted. */
  readonly highlight?: boolean;
  /** Both sides of files will be read, patch after patch. */
  readonly series?: boolean;
  /** How many threads may judge findings; 1 where others are busy already. */
  readonly threads?: number;
  /** The rest of the tree; null: there is none. */
  readonly index: OpenIndex | null;
  readonly version: string;
  readonly onProgress: OnProgress;
  readonly timing: Timing;
}

export interface LoadedTools extends ReviewTools {
  /** Keeps what was learnt about the tree for the next run. */
  readonly save: () => void;
  readonly learnt: TreeOutside['learnt'];
  readonly adopt: TreeOutside['adopt'];
  /** Lets the parser give memory back, between files. */
  readonly settle: () => Promise<void>;
}

/** Loads parser, kernel knowledge and model, as the options ask. Wrong lines in the user's own headers end the run. */
export async function loadTools(options: ToolOptions): Promise<LoadedTools> {
  const parser = await loadParser(options.parser);
  const sources = options.series === true ? parser.remembering() : parser;
  const { knowledge, gaps, stamp } = await loadKnowledge(parser, options.knowledge, options.between?.[1] ?? options.kernel);
  const [gap] = gaps;
  // What the parser could not read has its line, the readers of single words say file and line.
  if (gap !== undefined)
    throw new Failure(
      2,
      `knowledge: ${gap.why.startsWith('line ') ? `${gap.file}:${gap.why.slice('line '.length)}` : gap.why}`,
      gaps.length > 1 ? `and ${gaps.length - 1} more` : null,
    );
  const earlier = options.between ? primitivesOf(knowledgeFor(knowledge, options.between[0])) : null;
  const primitives = earlier ? agreeing(earlier, primitivesOf(knowledge)) : primitivesOf(knowledge);
  const engine = await readEngineStamp();
  const tree =
    options.index === null
      ? null
      : treeOutside({
          index: options.index,
          parser,
          primitives,
          stamp: `${options.version} ${engine ?? ''} ${stamp} ${options.kernel ?? ''}`,
          cache: engine === null ? null : openCache('summaries'),
          declarations: engine === null ? null : openCache('declarations'),
        });
  const model = options.model ? await loadJudge(parser) : null;
  return {
    parseC: options.timing.timed('parse', (path: string, text: string, wanted: ReadonlySet<string> | null) =>
      sources.parseC(path, text, wanted === null ? undefined : (name) => wanted.has(name)),
    ),
    parseFragments: (path, pair, side) => parser.parseFragments(path, (side === 'pre' ? pair.pre : pair.post) ?? ''),
    primitives,
    outside: tree?.outside ?? null,
    save: tree?.save ?? (() => undefined),
    learnt: tree?.learnt ?? (() => []),
    adopt: tree?.adopt ?? (() => undefined),
    settle: parser.settle,
    judge: model === null ? null : options.timing.timed('model', model.judge),
    ...(model === null || (options.threads ?? 1) < 2
      ? {}
      : { judgeMany: options.timing.timed('model', judgePool(model.judge, model.files, options.threads ?? 1)) }),
    ...(options.highlight === true ? { highlight: (code: string) => parser.highlight(code) } : {}),
    version: options.version,
    progress: (event) => {
      if (event.stage === 'model') options.onProgress('checking findings', event.finding, event.of);
      else options.onProgress(event.stage === 'parse' ? 'parsing patch' : 'analysing patch', event.patch, event.of);
    },
  };
}

/** The executable model with the rivals that ship with the program. */
async function loadJudge(parser: CParser): Promise<{ readonly judge: NonNullable<ReviewTools['judge']>; readonly files: readonly CFile[] }> {
  const [{ judge }, { readRivals }, texts] = await Promise.all([import('../model/judge.js'), import('../model/rivals.js'), readModelFiles()]);
  const files = texts.map((f) => parser.parseC(f.path, f.text).file);
  const rivals = readRivals(files);
  return { judge: (request) => judge(request, rivals), files };
}

async function loadParser(name: RunOptions['parser']): Promise<CParser> {
  const parser = await createParser(name === 'auto' ? undefined : name);
  if (name !== 'auto' && parser.engine !== name)
    throw new Failure(2, `the ${name} parser could not be loaded`, 'leave --parser out to use the one that can be loaded');
  return parser;
}

/** The headers that ship with the program, then the user's own, which replace entries of the same name. */
async function loadKnowledge(
  parser: CParser,
  own: readonly string[],
  kernel: string | null,
): Promise<{ readonly knowledge: ReturnType<typeof knowledgeFor>; readonly gaps: readonly Gap[]; readonly stamp: string }> {
  const files = await readKnowledgeFiles();
  const base = shippedTable(files, (path, text) => parser.parseC(path, text));
  const shipped = files.headers.map((h) => h.text);
  if (own.length === 0) return { knowledge: knowledgeFor(base.table, kernel), gaps: [], stamp: stampOf(shipped) };
  const texts = await Promise.all(own.map(ownText));
  const read = own.map((path, i) => parser.parseC(path, texts[i] ?? ''));
  const { table, gaps } = readTable(
    read.map((r) => r.file),
    base.table,
  );
  return { knowledge: knowledgeFor(table, kernel), gaps: [...read.flatMap((r) => r.gaps), ...gaps], stamp: stampOf([...shipped, ...texts]) };
}

function stampOf(texts: readonly string[]): string {
  const hash = createHash('sha1');
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}

async function ownText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure(3, `cannot read ${path}: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}
