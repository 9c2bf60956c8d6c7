import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createProgram, type Analysed } from '../../src/absint/program.js';
import { primitivesOf } from '../../src/kernel/primitives.js';
import { EMPTY_TABLE, knowledgeFor, readTable } from '../../src/kernel/table.js';
import { judge, type ModelRequest, type ModelSide } from '../../src/model/judge.js';
import { readRivals } from '../../src/model/rivals.js';
import type { Verdict } from '../../src/model/verdict.js';
import { createParser } from '../../src/parse/c/parser.js';
import { NO_EVIDENCE, type OrderEvidence } from '../../src/lockgraph/evidence.js';
import { NO_OTHERS } from '../../src/rules/unlike-others.js';
import { NO_USES } from '../../src/lockgraph/guarded.js';
import { differ, standing, type Judged } from '../../src/rules/differ.js';

const parser = await createParser();
const read = (folder: string, end: string): { path: string; text: string }[] => {
  const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  return readdirSync(root)
    .filter((n) => n.endsWith(end))
    .sort()
    .map((n) => ({ path: `${folder}/${n}`, text: readFileSync(root + n, 'utf8') }));
};
const table = readTable(
  read('knowledge', '.h').map((h) => parser.parseC(h.path, h.text).file),
  EMPTY_TABLE,
).table;
const primitives = primitivesOf(knowledgeFor(table, '6.1.192'));

export const modelFiles = read('models', '.c').map((f) => parser.parseC(f.path, f.text).file);
export const rivals = readRivals(modelFiles);

/** The last function of `text`, analysed. */
export function analysed(text: string): Analysed {
  const { file } = parser.parseC('mm/case.c', text);
  const fn = file.functions.filter((f) => f.body !== null).at(-1);
  const side = fn === undefined ? null : createProgram([file], primitives, () => true).analyse('mm/case.c', fn.name);
  if (side === null) throw new Error('no function');
  return side;
}

/** What the rules say of a change, each with the model's verdict; `before` null for code as it stands. */
export function judged(
  before: string | null,
  after: string,
  order: OrderEvidence = NO_EVIDENCE,
): readonly { readonly judged: Judged; readonly verdict: Verdict }[] {
  const post = analysed(after);
  const pre = before === null ? null : analysed(before);
  const found =
    pre === null
      ? standing(post, order, [], () => null)
      : differ({
          file: 'mm/case.c',
          pre,
          post,
          adjustedCallers: [],
          questions: [],
          order: { pre: order, post: order },
          bodies: { pre: () => null, post: () => null },
          guards: NO_USES,
          others: NO_OTHERS,
        });
  return found.filter((j) => j.finding.status !== 'fixed').map((j) => ({ judged: j, verdict: judge(requestOf(j, pre, post), rivals) }));
}

/** A claim of our own making, for code that has no such bug. */
export function claimed(
  before: string | null,
  after: string,
  claim: {
    readonly rule: string;
    readonly resource: string;
    readonly kind: string;
    readonly code?: string;
    readonly line?: number;
    readonly detail?: string;
    readonly place?: string;
  },
): Verdict {
  const post = analysed(after);
  const finding = {
    rule: claim.rule,
    code: claim.code ?? '',
    resource: claim.resource,
    place: claim.place ?? claim.resource,
    function: post.fn.name,
    line: claim.line ?? post.fn.line,
    path: [],
    detail: claim.detail ?? '',
  };
  return judge({ finding, object: null, kind: claim.kind, before: before === null ? null : sideOf(analysed(before)), after: sideOf(post) }, rivals);
}

export function requestOf(j: Judged, pre: Analysed | null, post: Analysed): ModelRequest {
  const { finding, draft } = j;
  return {
    finding: {
      rule: finding.rule,
      code: finding.code,
      resource: finding.resource,
      place: finding.place,
      function: finding.function,
      line: finding.line,
      path: finding.path,
      detail: draft.event.detail,
    },
    object: draft.event.object,
    kind: draft.event.lockKind,
    before: pre === null ? null : sideOf(pre),
    after: sideOf(post),
  };
}

export const sideOf = (a: Analysed): ModelSide => ({ cfg: a.cfg, effects: a.effects, types: a.types, file: a.file });
