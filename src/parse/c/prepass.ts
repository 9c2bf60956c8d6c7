import { branchConditions, chosenBranch, findGroups, type Group } from './groups.js';
import { T, lex, type Tokens } from './lex.js';
import { rewrite, type Rewritten } from './rewrite.js';

/** A `#define`, by token index. */
export interface Define {
  readonly start: number;
  readonly end: number;
}

/** A half-open range of offsets under `#if` conditions, outermost group first in the list of ranges. */
export interface ConfigRange {
  readonly start: number;
  readonly end: number;
  readonly conds: readonly string[];
}

/** A text prepared for the grammar: `code` has the same length and the same offsets as the original. */
export interface Prepared extends Rewritten {
  readonly code: string;
  /** Every directive that may be a `#define`; the reader checks the word. */
  readonly defines: readonly Define[];
  readonly configs: readonly ConfigRange[];
  /** Ranges of the groups that split a construct; functions that overlap one have two variants. */
  readonly splits: readonly { readonly start: number; readonly end: number }[];
  /** All tokens of the text, those of branches that this variant does not read included. */
  readonly tokens: Tokens;
}

/** Which functions' bodies are read; others keep their header and an empty body. `line` is that of the header. */
export type Want = (name: string, start: number, end: number) => boolean;

/**
 * Makes kernel C readable for a C grammar without moving a character. One pass over the tokens;
 * what was rewritten is recorded by offset so that the tree builder can undo it.
 */
export function prepare(text: string, variant: number, want: Want): Prepared {
  const { blanked, tokens, groups } = scan(text);
  const out = blanked.slice();
  const active = select(tokens, groups, variant, out);
  const rewritten = rewrite(text, active.tokens, active.configs, out, want);
  let code: string | null = null;
  // An inventory asks for the outline only.
  return {
    ...rewritten,
    get code() {
      return (code ??= toText(out));
    },
    defines: active.defines,
    configs: ranges(tokens, groups),
    splits: splitRanges(tokens, groups),
    tokens,
  };
}

/** What does not depend on the variant, nor on what is wanted. */
interface Scan {
  readonly text: string;
  /** The characters, comments and directives blanked. */
  readonly blanked: Uint16Array;
  readonly tokens: Tokens;
  readonly groups: readonly Group[];
}

/** Of the texts prepared last, newest first: a text is outlined, then read, then read again where an `#if` splits it. */
let recent: readonly Scan[] = [];
const MAX_RECENT = 3;

function scan(text: string): Scan {
  let found = recent.find((s) => s.text === text);
  if (found === undefined) {
    const blanked = characters(text);
    const tokens = lex(text, blanked);
    found = { text, blanked, tokens, groups: findGroups(text, tokens) };
  }
  if (found !== recent[0]) recent = [found, ...recent.filter((s) => s !== found)].slice(0, MAX_RECENT);
  return found;
}

/** The text's UTF-16 units. */
export function characters(text: string): Uint16Array {
  const out = new Uint16Array(text.length);
  Buffer.from(out.buffer).write(text, 'utf16le');
  return out;
}

export function toText(out: Uint16Array): string {
  return Buffer.from(out.buffer, out.byteOffset, out.byteLength).toString('utf16le');
}

interface Selected {
  readonly tokens: Tokens;
  readonly defines: Define[];
  /** Offset of each `#if` marker token to the group's conditions. */
  readonly configs: ReadonlyMap<number, string | null>;
}

/** Drops the branches that this variant does not read; turns the directives of statement groups into marker tokens. */
function select(tokens: Tokens, groups: readonly Group[], variant: number, out: Uint16Array): Selected {
  const { n, type, start, end } = tokens;
  const DROP = 1;
  const action = new Uint8Array(n);
  const configs = new Map<number, string | null>();
  for (const group of groups) {
    const { directives, conds, kind } = group;
    if (kind === 'statements') {
      directives.forEach((d, k) => {
        action[d] = k === 0 ? T.CFG_IF : k === directives.length - 1 ? T.CFG_END : T.CFG_ELSE;
        if (k < conds.length) configs.set(start[d]!, conds[k] ?? null);
      });
    } else if (kind === 'split' || kind === 'known') {
      const chosen = chosenBranch(group, variant);
      for (let b = 0; b < conds.length; b++) {
        if (b !== chosen) action.fill(DROP, directives[b]! + 1, directives[b + 1]!);
      }
    }
  }
  const kept = { n: 0, type: new Uint8Array(n), start: new Uint32Array(n), end: new Uint32Array(n) };
  const defines: Define[] = [];
  let dropped = -1;
  for (let i = 0; i < n; i++) {
    let t = type[i]!;
    const act = action[i]!;
    if (act === DROP) {
      if (dropped < 0) dropped = start[i]!;
      if (i + 1 === n || action[i + 1] !== DROP) {
        out.fill(32, dropped, end[i]!);
        dropped = -1;
      }
      continue;
    }
    if (t === T.DIR) {
      if (act === 0) {
        if (end[i]! - start[i]! > 8) defines.push({ start: start[i]!, end: end[i]! });
        continue;
      }
      t = act;
    }
    kept.type[kept.n] = t;
    kept.start[kept.n] = start[i]!;
    kept.end[kept.n] = end[i]!;
    kept.n++;
  }
  return { tokens: kept, defines, configs };
}

function ranges(tokens: Tokens, groups: readonly Group[]): ConfigRange[] {
  const list: ConfigRange[] = [];
  for (const group of groups) {
    if (group.kind !== 'top') continue;
    group.conds.forEach((_, b) => {
      list.push({ start: tokens.end[group.directives[b]!]!, end: tokens.start[group.directives[b + 1]!]!, conds: branchConditions(group, b) });
    });
  }
  return list.sort((a, b) => a.start - b.start || b.end - a.end);
}

function splitRanges(tokens: Tokens, groups: readonly Group[]): { start: number; end: number }[] {
  return groups
    .filter((g) => g.kind === 'split')
    .map((g) => ({ start: tokens.start[g.directives[0]!]!, end: tokens.end[g.directives[g.directives.length - 1]!]! }));
}
