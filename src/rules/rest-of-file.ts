import type { CFile } from '../parse/c/ast.js';
import { outline } from '../parse/c/outline.js';
import { reach } from '../parse/c/reach.js';
import type { SourcePair } from '../parse/series.js';
import { documentedPairs } from '../absint/documented.js';
import type { Memo } from '../absint/memo.js';
import type { Outside } from '../absint/outside.js';
import { createProgram, type Primitives, type Program } from '../absint/program.js';
import { orderEvidence, type OrderEvidence } from '../lockgraph/evidence.js';
import { guardedUses, type Readable } from '../lockgraph/guarded.js';
import { nearby } from '../lockgraph/nearby.js';
import type { FunctionPair } from './differ.js';

/** What is needed to read more of a file. */
interface Reading {
  readonly parseC: (path: string, text: string, wanted: ReadonlySet<string> | null) => { readonly file: CFile };
  readonly primitives: Primitives;
}

/** What the rest of a patched file does, on each side. Asked only where a patch brings what was not there, or takes away what was. */
export function besideIn(pair: SourcePair, tools: Reading, before: Outside, after: Outside, memo: Memo): Pick<FunctionPair, 'order' | 'guards'> {
  const opener =
    (path: string, text: string, side: 'pre' | 'post') =>
    (names: readonly string[]): Program => {
      const ranges = outline(text)
        .filter((f) => names.includes(f.name))
        .map((f) => [f.line, f.endLine] as const);
      return createProgram([tools.parseC(path, text, reach(text, ranges)).file], tools.primitives, () => false, side === 'pre' ? before : after, memo);
    };
  const beside = (side: 'pre' | 'post'): Readable => {
    const text = pair.completeness === 'whole' ? (pair[side] ?? '') : '';
    const path = side === 'pre' ? (pair.oldPath ?? pair.path) : pair.path;
    return { path, text, open: opener(path, text, side) };
  };
  const order = ({ path, text, open }: ReturnType<typeof beside>): OrderEvidence =>
    orderEvidence(() => documentedPairs(tools.primitives), nearby(path, text, open), tools.primitives.structs);
  const pre = beside('pre');
  const post = beside('post');
  return {
    order: { pre: order(pre), post: order(post) },
    guards: guardedUses(pre, (word) =>
      pre.text === '' ? null : (before.mentioning(pre.path, word)?.map(({ path, text }) => ({ path, text, open: opener(path, text, 'pre') })) ?? null),
    ),
  };
}
