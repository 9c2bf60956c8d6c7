import { z } from 'zod';
import { CERTAINTIES, FITS } from '../parse/series.js';
import { CHANGE_CLASSES } from '../lockgraph/change.js';

/**
 * The outside contract of `--format json`, from which `schema/report.schema.json` is written. Additions are
 * allowed, so a reader must ignore keys it does not know; a key that is here is always present.
 */
export type ReportJson = z.infer<typeof reportSchema>;

const strings = z.array(z.string()).readonly();
const nullableString = z.string().nullable();

const sourceText = z.object({
  line: z.int().describe('1-based line of the first line in the file of that side'),
  lines: strings,
  syntax: strings
    .default([])
    .describe('per line, runs of a length and a letter: "6k1.3t" is a keyword of 6 UTF-16 units, one plain unit, a type of 3; what follows is plain'),
});

const timeline = z.object({
  exit: z.string(),
  line: z.int().describe('the line of the return'),
  spans: z
    .array(
      z.object({
        what: z.enum(['lock', 'reference']),
        resource: z.string(),
        place: z.string(),
        from: z.int().nullable().describe('line that takes it; null: the caller holds it already'),
        to: z.int().nullable().describe('line that gives it back; null: still held on return'),
        start: z.int().nullable().describe('place of that step on the way, from 0'),
        end: z.int().nullable(),
      }),
    )
    .readonly(),
});
const orderEdge = z.object({ held: z.string(), taken: z.string(), line: z.int(), tryLock: z.boolean() });
const sides = <T extends z.ZodType>(of: T) => z.object({ before: z.array(of).readonly(), after: z.array(of).readonly() });

const diff = z.object({
  oldFile: nullableString,
  file: nullableString,
  hunks: z.array(z.object({ oldLine: z.int(), newLine: z.int(), section: z.string(), lines: strings.describe('with their markers') })).readonly(),
});

const exitContract = z.object({
  exit: z.string().describe('how the function comes back: "returns NULL", "error return" …'),
  gains: strings,
  drops: strings,
  needs: strings,
});

const point = z.object({
  line: z.int(),
  text: z.string(),
  waits: nullableString,
  alts: z
    .array(
      z.object({
        guard: z.string(),
        asserts: z.array(z.object({ expr: z.string(), message: z.string() })).readonly(),
        sets: z.array(z.object({ cell: z.string(), expr: z.string() })).readonly(),
        to: z.int(),
        choice: nullableString,
      }),
    )
    .readonly(),
});

const program = z.object({
  schema: z.literal('rmap-review/program/1'),
  name: z.string(),
  cells: z.array(z.object({ name: z.string(), bits: z.int(), init: z.int(), owner: z.int().nullable() })).readonly(),
  waits: z.array(z.object({ name: z.string(), blockers: strings })).readonly(),
  actors: z.array(z.object({ name: z.string(), file: z.string(), points: z.array(point).readonly() })).readonly(),
  final: z.array(z.object({ expr: z.string(), message: z.string() })).readonly(),
});

const trace = z.object({
  text: z.string().describe('short form, "0/2/1.1": which actor steps and, after a dot, which alternative it takes'),
  failure: z.string().describe('what is reached after the last step'),
  steps: z.array(z.object({ actor: z.int(), file: z.string(), line: z.int(), text: z.string(), choice: nullableString, changes: strings })).readonly(),
});

const verdict = z.object({
  state: z.enum(['confirmed', 'refuted', 'unmodelled']),
  why: z.string(),
  assumptions: strings,
  trace: trace.nullable().describe('null unless confirmed'),
  program: program.nullable().describe('null unless confirmed; with the trace enough for `rmap-review replay`'),
});

const finding = z.object({
  id: z.string().describe('short id within this report'),
  rule: z.string(),
  code: z.string().describe('the message within the rule'),
  args: z.record(z.string(), z.union([z.string(), z.number(), strings])).readonly(),
  status: z.enum(['introduced', 'fixed', 'transient', 'preexisting']),
  severity: z.enum(['error', 'warning', 'note']),
  patch: z.int().describe('index of the patch that shows it, 0 for a scan'),
  file: z.string(),
  function: z.string(),
  line: z.int().describe('line in the post-image; for "fixed" in the pre-image'),
  mailLine: z.int().nullable(),
  mendedBy: z.int().optional(),
  resource: z.string(),
  place: z.string(),
  exitClass: z.string(),
  message: z.string(),
  path: z.array(z.object({ line: z.int(), note: z.string(), block: z.int() })).readonly(),
  verdict,
  fingerprint: z.string().describe('stable across versions: function, rule, resource and exit class'),
});

export const reportSchema = z.object({
  schema: z.literal('rmap-review/report/1'),
  tool: z.string().describe('version of the program that wrote it'),
  command: z.enum(['review', 'scan']).describe('a scan has no patches, and every finding is "preexisting"'),
  series: z.object({
    subject: z.string(),
    version: z.int(),
    total: z.int().default(0).describe('the parts that the subjects promise; more than there are patches when some are missing'),
    messageId: nullableString,
    base: z.object({ kind: z.enum(['base-commit', 'prerequisites', 'blob-ids', 'head', 'folder', 'none']), rev: nullableString }),
    patches: z
      .array(
        z.object({
          index: z.int(),
          subject: z.string(),
          heading: z.string().default('').describe('the subject as its mail has it'),
          messageId: nullableString,
          certainty: z.enum(CERTAINTIES),
          fit: z.enum(FITS),
          files: strings,
          author: z.string().default(''),
          date: z.string().default(''),
          diffs: z.array(diff).readonly().default([]),
        }),
      )
      .readonly(),
  }),
  functions: z
    .array(
      z.object({
        patch: z.int(),
        file: z.string(),
        name: z.string(),
        completeness: z.enum(['whole', 'fragments']),
        change: z.array(z.enum(CHANGE_CLASSES)).readonly(),
        before: z.array(exitContract).readonly(),
        after: z.array(exitContract).readonly(),
        details: strings,
        timelines: sides(timeline).default({ before: [], after: [] }),
        order: sides(orderEdge).default({ before: [], after: [] }),
        pre: sourceText.nullable(),
        post: sourceText.nullable(),
      }),
    )
    .readonly(),
  findings: z.array(finding).readonly(),
  gaps: z
    .array(
      z.object({
        stage: z.enum(['parse', 'kernel', 'cfg', 'effect', 'absint', 'lockgraph', 'rules', 'model', 'host']),
        file: z.string(),
        function: z.string(),
        why: z.string(),
      }),
    )
    .readonly(),
  since: z
    .object({
      version: z.int(),
      still: strings,
      fresh: strings,
      gone: z.array(z.object({ rule: z.string(), file: z.string(), function: z.string(), message: z.string() })).readonly(),
      contracts: z
        .array(z.object({ file: z.string(), name: z.string(), before: z.array(exitContract).readonly(), after: z.array(exitContract).readonly() }))
        .readonly(),
    })
    .optional()
    .describe('with --since: findings of the earlier version that are gone, ids of those that are still there and of new ones, and changed contracts'),
  scanned: z
    .object({ functions: z.int().min(0), withGap: z.int().min(0) })
    .optional()
    .describe('of a scan: functions analysed, and those of them of which a part was not'),
});

/** The JSON Schema text that is shipped. `strict` also refuses keys that are not described; tests use it. */
export function reportJsonSchema(strict = false): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema, { target: 'draft-2020-12', io: strict ? 'output' : 'input' });
  return { $schema, $id: 'rmap-review/report/1', title: 'rmap-review report', ...rest };
}
