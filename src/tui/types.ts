import type { Line } from './line.js';

export type ViewName = 'overview' | 'function' | 'source' | 'trace' | 'gaps' | 'order' | 'help';

/** What is on the screen, and where in it the reader is. One frame per step into the report; Esc goes back. */
export interface Frame {
  readonly view: ViewName;
  /** Index in `report.functions`, -1 where no function is shown. */
  readonly fn: number;
  /** Id of the finding that is looked at, or null. */
  readonly finding: string | null;
  /** In the source view: how many ways out further than the first one shown. */
  readonly way: number;
  /** The row under the cursor, per pane. */
  readonly cursors: readonly number[];
  readonly focus: number;
}

/** Where a key leads. */
export type Target = Pick<Frame, 'view' | 'fn' | 'finding'>;

/** What the reader thinks of a finding, and a word on it. */
export interface Note {
  readonly verdict: 'valid' | 'invalid';
  readonly word: string;
}

/** What outlives the terminal: kept for each series and version. */
export interface Kept {
  /** Keys of patches, functions and findings that were read. */
  readonly reviewed: ReadonlySet<string>;
  /** By fingerprint. */
  readonly notes: ReadonlyMap<string, Note>;
  /** Keys of closed folds; null: the reader has not folded anything yet. */
  readonly folded: ReadonlySet<string> | null;
}

/** Something the world outside has to do; the answer comes back as a message. */
export type Request =
  | { readonly kind: 'quit'; readonly interrupted: boolean }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'edit'; readonly file: string; readonly line: number }
  | { readonly kind: 'copy'; readonly text: string };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface State {
  readonly size: Size;
  /** The last frame is shown; the first is the overview. */
  readonly stack: readonly Frame[];
  /** Keys of the folds that are closed. */
  readonly folded: ReadonlySet<string>;
  /** Also findings that were there before. */
  readonly all: boolean;
  readonly query: string;
  /** What is being typed, or null, and what for. */
  readonly typing: string | null;
  readonly asking: 'search' | Note['verdict'];
  readonly kept: Pick<Kept, 'reviewed' | 'notes'>;
  /** The reader has folded or unfolded something, so the folds are worth keeping. */
  readonly foldedByHand: boolean;
  /** What still happens while the report is not complete: words, and the patches that are done. */
  readonly busy: { readonly text: string; readonly done: number } | null;
  /** Shown in place of the key hints until the next key. */
  readonly message: string;
  readonly request: Request | null;
}

export type RowKind = 'patch' | 'function' | 'finding' | 'other';

/** One thing the cursor can stand on. It may take several lines. */
export interface Row {
  readonly kind: RowKind;
  /** The row in words, without glyphs or alignment: what search looks at and a screen reader says. */
  readonly label: string;
  /** At least one line, each at most `width` columns. Only called for rows that are on the screen. */
  readonly lines: (width: number) => readonly Line[];
  /** Where Enter leads, or null. */
  readonly open: Target | null;
  /** The fold this row heads, and the one it disappears in. */
  readonly fold: string | null;
  readonly within: string | null;
  readonly place: { readonly file: string; readonly line: number } | null;
  readonly copy: string;
}

export interface Pane {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Lines that stay above the rows. */
  readonly head: (width: number) => readonly Line[];
  /** Where the cursor stands at first. */
  readonly start: number;
}

export interface View {
  readonly header: (width: number) => readonly Line[];
  readonly panes: readonly Pane[];
  /** A panel below the panes that belongs to the row under the cursor. Its height does not depend on the row; 0: no panel. */
  readonly detail: (cursor: number, width: number) => Detail;
}

export interface Detail {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly height: number;
}

export const NO_DETAIL: Detail = { title: '', lines: [], height: 0 };
