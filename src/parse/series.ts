import type { Gap } from './gap.js';

/**
 * How sure the text of a hunk is, best first. `blob-exact`: repaired, and the post-image blob id matches.
 * `tree-consistent`: repaired, and every context and removed line was found in the base.
 * `count-consistent`: the hunk's own line counts close. `refused`: could not be read; see the gap.
 */
export const CERTAINTIES = ['intact', 'blob-exact', 'tree-consistent', 'count-consistent', 'guessed', 'refused'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** How a hunk fits the base, best first. `exact`: blob id or base commit. `consistent`: all context found, perhaps at an offset. */
export const FITS = ['exact', 'consistent', 'fuzzy', 'none'] as const;
export type Fit = (typeof FITS)[number];

export interface Message {
  /** With angle brackets removed; null when the input had none (a bare diff). */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly from: string;
  readonly date: string;
  /** Decoded and unfolded, without the `[PATCH …]` prefix removed. */
  readonly subject: string;
  /** The decoded text body, `\n` line ends except genuine CR inside a diff. */
  readonly body: string;
  /** 1-based line of the body's first line in `source`'s text. */
  readonly bodyLine: number;
  /** The input this came from: a file name or "stdin". */
  readonly source: string;
}

export type LineKind = ' ' | '+' | '-';

export interface HunkLine {
  readonly kind: LineKind;
  /** Without the marker and the line end. */
  readonly text: string;
  /** True when this line was inferred (a lost blank line, a restored label), not read. */
  readonly inferred: boolean;
  /** 1-based line in the message body; 0 for inferred lines. */
  readonly mailLine: number;
  /** True for the last line of a file without a final newline. */
  readonly noNewline: boolean;
}

export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** What follows the second `@@`: usually the function's first line. */
  readonly section: string;
  readonly lines: readonly HunkLine[];
  readonly certainty: Certainty;
  /** The mail shows fewer or more lines than its header announced; the counts here are those of `lines`. */
  readonly recounted: boolean;
}

export interface FileDiff {
  /** Path before, null for a new file. Never absolute, never with `..`. */
  readonly oldPath: string | null;
  /** Path after, null for a deleted file. */
  readonly newPath: string | null;
  readonly rename: boolean;
  readonly binary: boolean;
  /** Abbreviated blob ids of the `index` line. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly hunks: readonly Hunk[];
}

export interface Patch {
  /** 1-based place in the series. */
  readonly index: number;
  /** Without the `[PATCH …]` prefix. */
  readonly subject: string;
  readonly author: string;
  readonly messageId: string | null;
  readonly files: readonly FileDiff[];
  /** The worst of its hunks. */
  readonly certainty: Certainty;
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
  /** The message this was read from; its diff lines are what `mailLine` counts in. */
  readonly message: Message;
}

/** A patch series as it was sent: parts in order, cover letter if there was one. */
export interface Series {
  readonly subject: string;
  readonly version: number;
  readonly messageId: string | null;
  readonly cover: Message | null;
  readonly patches: readonly Patch[];
  readonly replies: readonly Message[];
  /** The number of parts its subjects promise; more than `patches.length` means parts are missing. */
  readonly expected: number;
  readonly gaps: readonly Gap[];
}

/** A file before and after one patch. `null` text: the file does not exist on that side. */
export interface SourcePair {
  /** `patch.index`. */
  readonly patch: number;
  /** Path after, or before for a deleted file. */
  readonly path: string;
  readonly oldPath: string | null;
  readonly pre: string | null;
  readonly post: string | null;
  readonly completeness: 'whole' | 'fragments';
  readonly certainty: Certainty;
  readonly fit: Fit;
  /** Line ranges touched on each side, 1-based and inclusive; an insertion's pre range is the empty range [n, n - 1]. */
  readonly touched: readonly { readonly pre: readonly [number, number]; readonly post: readonly [number, number] }[];
  /** Post-image line to the line in the mail body (only lines that the mail shows). */
  readonly mailLines: ReadonlyMap<number, number>;
  readonly gaps: readonly Gap[];
}
