import { compare } from './parse/compare.js';
import type { Gap } from './parse/gap.js';
import type { SourcePair } from './parse/series.js';
import { NOTHING_OUTSIDE } from './absint/outside.js';
import { documentedPairs } from './absint/documented.js';
import { documentedQuestions } from './absint/questions.js';
import { createProgram } from './absint/program.js';
import { orderEvidence, type OrderWitness } from './lockgraph/evidence.js';
import { wholeFile } from './lockgraph/nearby.js';
import { confirmAll, type Found } from './report/confirm.js';
import { uniqueGaps } from './report/entries.js';
import type { Report, ReportFinding } from './report/report.js';
import { standing } from './rules/differ.js';
import { judging, type ReviewTools } from './review.js';

/** Judges every function of `file` as it stands: the same engine and rules, nothing to compare with. */
export function scanFile(source: { readonly path: string; readonly text: string }, tools: ReviewTools): Report {
  const { file, gaps: read } = tools.parseC(source.path, source.text, null);
  const gaps: Gap[] = [...read];
  const found: Found[] = [];
  const program = createProgram([file], tools.primitives, () => false, tools.outside ?? NOTHING_OUTSIDE);
  let functions = 0;
  let withGap = 0;
  let pairs: readonly OrderWitness[] | null = null;
  const order = orderEvidence(
    () => documentedPairs(tools.primitives),
    () => (pairs ??= wholeFile(file, program)),
    tools.primitives.structs,
  );
  for (const fn of program.functions(file.path)) {
    const side = program.analyse(file.path, fn.name);
    if (!side) continue;
    functions++;
    if (side.gaps.length > 0 || fn.damaged) withGap++;
    gaps.push(...side.gaps);
    const pair: SourcePair = {
      patch: 0,
      path: file.path,
      oldPath: null,
      pre: null,
      post: source.text,
      completeness: 'whole',
      certainty: 'intact',
      fit: 'exact',
      touched: [],
      mailLines: new Map(),
      gaps: [],
    };
    found.push(
      ...standing(side, order, documentedQuestions(tools.primitives), (n) => program.analyse(file.path, n)).map((j) => ({
        ...j,
        patch: 0,
        pre: null,
        post: side,
        pair,
      })),
    );
  }
  return scanReport(source.path, tools.version, confirmAll(found, judging(tools)), gaps, { functions, withGap });
}

/** One report of the scans of several files, the same in whatever order they were made. */
export function joinScans(parts: readonly Report[], version: string): Report {
  const paths = parts.length === 1 ? (parts[0]?.series.subject.replace(/^scan of /, '') ?? '') : `${parts.length} files`;
  const sum = (of: (s: { readonly functions: number; readonly withGap: number }) => number): number =>
    parts.reduce((n, p) => n + (p.scanned ? of(p.scanned) : 0), 0);
  const findings = parts
    .flatMap((p) => p.findings)
    .sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint));
  return scanReport(
    paths,
    version,
    findings.map((f, i) => ({ ...f, id: `F${i + 1}` })),
    parts.flatMap((p) => p.gaps),
    { functions: sum((s) => s.functions), withGap: sum((s) => s.withGap) },
  );
}

function scanReport(of: string, version: string, findings: readonly ReportFinding[], gaps: readonly Gap[], scanned: NonNullable<Report['scanned']>): Report {
  return {
    schema: 'rmap-review/report/1',
    tool: version,
    command: 'scan',
    series: { subject: `scan of ${of}`, version: 1, total: 0, messageId: null, base: { kind: 'folder', rev: null }, patches: [] },
    functions: [],
    findings,
    gaps: uniqueGaps(gaps),
    scanned,
  };
}
