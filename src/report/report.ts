import type { Certainty, Fit } from '../parse/series.js';
import type { Gap } from '../parse/gap.js';
import type { Finding } from '../rules/finding.js';
import type { Verdict } from '../model/verdict.js';
import type { ChangeClass, ExitContract } from '../lockgraph/change.js';
import type { Since } from './since.js';
import type { OrderEdge, Timeline } from '../lockgraph/timeline.js';

export type BaseKind = 'base-commit' | 'prerequisites' | 'blob-ids' | 'head' | 'folder' | 'none';

export interface ReportPatch {
  readonly index: number;
  readonly subject: string;
  /** The subject as its mail has it, with what stands in brackets; "" where there was no mail. */
  readonly heading: string;
  readonly messageId: string | null;
  readonly certainty: Certainty;
  readonly fit: Fit;
  readonly files: readonly string[];
  /** "Name <address>" and the date header, as the mail has them; "" where there was no mail. */
  readonly author: string;
  readonly date: string;
  /** The hunks as they were read, for quoting. */
  readonly diffs: readonly ReportDiff[];
}

export interface ReportDiff {
  readonly oldFile: string | null;
  readonly file: string | null;
  readonly hunks: readonly ReportHunk[];
}

export interface ReportHunk {
  /** 1-based first lines of the hunk on both sides, as its header says. */
  readonly oldLine: number;
  readonly newLine: number;
  /** What follows the second `@@`. */
  readonly section: string;
  /** Each with its marker: blank, `+` or `-`. */
  readonly lines: readonly string[];
}

/** One function that the series touches, as one patch leaves it. */
export interface ReportFunction {
  readonly patch: number;
  readonly file: string;
  readonly name: string;
  readonly completeness: 'whole' | 'fragments';
  readonly change: readonly ChangeClass[];
  readonly before: readonly ExitContract[];
  readonly after: readonly ExitContract[];
  /** Acquisitions, releases and order edges that came or went, as sentences in a stable order. */
  readonly details: readonly string[];
  /** What is held where, one way for each exit, and which lock is taken under which. */
  readonly timelines: { readonly before: readonly Timeline[]; readonly after: readonly Timeline[] };
  readonly order: { readonly before: readonly OrderEdge[]; readonly after: readonly OrderEdge[] };
  /** The function's text on each side with its first line's number; null where it does not exist or the text is not at hand. */
  readonly pre: SourceText | null;
  readonly post: SourceText | null;
}

export interface SourceText {
  readonly line: number;
  readonly lines: readonly string[];
  /** Syntax of each line as runs, see `src/report/syntax.ts`; empty where nobody asked for it. */
  readonly syntax: readonly string[];
}

export interface ReportFinding extends Finding {
  /** Short id within this report: "F1", "F2" … in the report's order. */
  readonly id: string;
  /** The rendered English message. */
  readonly message: string;
  readonly verdict: Verdict;
  /** Of a transient finding: the patch after which it is gone. */
  readonly mendedBy?: number | undefined;
}

/** Everything printed, mailed or browsed is a function of this value. Lists are sorted: patches by index; functions by patch, file, line; findings by patch, file, line, rule. */
export interface Report {
  readonly schema: 'rmap-review/report/1';
  readonly tool: string;
  /** A scan looks at files as they stand: no patches, every finding "preexisting". */
  readonly command: 'review' | 'scan';
  readonly series: {
    readonly subject: string;
    readonly version: number;
    /** The parts that the subjects promise, or the patches where they promise fewer. Patches may be missing. */
    readonly total: number;
    readonly messageId: string | null;
    readonly base: { readonly kind: BaseKind; readonly rev: string | null };
    readonly patches: readonly ReportPatch[];
  };
  readonly functions: readonly ReportFunction[];
  readonly findings: readonly ReportFinding[];
  readonly gaps: readonly Gap[];
  /** What became of an earlier version, where one was asked for. */
  readonly since?: Since | undefined;
  /** Of a scan only: functions analysed, and those of them of which a part was not (a bound, or text that cannot be read). */
  readonly scanned?: { readonly functions: number; readonly withGap: number } | undefined;
}
