import type { Summary } from '../absint/summary.js';
import type { Cfg } from '../cfg/cfg.js';
import { isPartial } from '../parse/c/unshown.js';
import { earlyExits } from './early-exits.js';
import { orderEdges, type OrderEdge, type Timeline, timelines } from './timeline.js';
import { labelsOf } from '../parse/c/labels.js';
import { claimDetails, flagTestDetails } from './claims.js';
import { flagDetails } from './flag-details.js';
import { keptDetails } from './kept-details.js';
import { retestDetails } from './retests.js';
import { CHANGE_CLASSES, type ChangeClass, type ExitContract } from './change.js';

/** What a change does to one function's locks and references. */
export interface FunctionChange {
  readonly change: readonly ChangeClass[];
  readonly before: readonly ExitContract[];
  readonly after: readonly ExitContract[];
  /** What came and what went, as sentences in source order, additions last. */
  readonly details: readonly string[];
  /** What is held where, one way for each exit; empty on a side where the function does not exist. */
  readonly timelines: { readonly before: readonly Timeline[]; readonly after: readonly Timeline[] };
  readonly order: { readonly before: readonly OrderEdge[]; readonly after: readonly OrderEdge[] };
}

/** One side of the comparison; null where the function does not exist. `text` is its source. */
export interface Side {
  readonly name: string;
  readonly summary: Summary;
  readonly text: string;
  readonly cfg: Cfg;
}

const NONE: ReadonlySet<string> = new Set();

/** `from`: the file where it stood before, if that is another one. `gone`: constants that the patch removes. */
export function compareSides(pre: Side | null, post: Side | null, from: string | null = null, gone: ReadonlySet<string> = NONE): FunctionChange {
  const before = pre ? contracts(pre.summary) : [];
  const after = post ? contracts(post.summary) : [];
  const told = { before: pre ? cases(pre.summary) : [], after: post ? cases(post.summary) : [] };
  const classes = new Set<ChangeClass>();
  const details: string[] = [];
  if (!pre) classes.add('added');
  if (!post) classes.add('removed');
  if (pre && post) {
    if (from !== null) {
      classes.add('moved');
      details.push(`moved here from ${from}`);
    }
    if (pre.name !== post.name) {
      classes.add('renamed');
      details.push(`was ${pre.name}()`);
    }
    const followed = details.length;
    if (JSON.stringify(resourceful(before)) !== JSON.stringify(resourceful(after))) classes.add('contract');
    const exitsBefore = new Set(before.map((e) => e.exit));
    const fresh = after.filter((e) => FAILURE.test(e.exit) && !exitsBefore.has(e.exit));
    if (fresh.length > 0) classes.add('new-exit');
    const early = earlyExits(pre.cfg, post.cfg, isPartial(post.cfg.fn));
    if (early.length > 0) classes.add('new-exit');
    details.push(
      ...fresh.map((e) => `new failure exit: ${e.exit}`),
      ...early.map((e) => `new failure exit${e.value === '' ? '' : ` (${e.value})`} where ${e.condition}: such input went on before`),
    );
    details.push(...retestDetails(pre, post));
    const ops = multisetDiff(
      pre.summary.ops.map((o) => `${o.op} ${o.text}`),
      post.summary.ops.map((o) => `${o.op} ${o.text}`),
    );
    details.push(...ops.gone.map((o) => `no longer ${phrase(o)}`), ...ops.come.map((o) => `now ${phrase(o)}`));
    const edges = multisetDiff(orderEdges(pre.summary).map(arrow), orderEdges(post.summary).map(arrow));
    const held = (side: Side, edge: string): string => heldBy(side.summary, edge);
    if (edges.gone.length + edges.come.length > 0) classes.add('order');
    details.push(...edges.gone.map((e) => `order ${e} is gone${held(pre, e)}`), ...edges.come.map((e) => `order ${e} is new${held(post, e)}`));
    const flags = multisetDiff(
      pre.summary.flagUses.map((f) => `${f.callee}(${f.flags})`),
      post.summary.flagUses.map((f) => `${f.callee}(${f.flags})`),
    );
    if (flags.gone.length + flags.come.length > 0) classes.add('flags');
    const claimed = claimDetails(pre, post);
    const tested = flagTestDetails(pre.cfg, post.cfg, gone);
    if (claimed.length > 0) classes.add('contract');
    if (tested.length > 0) classes.add('flags');
    details.push(...claimed, ...tested);
    details.push(...keptDetails(pre.summary, post.summary), ...flagDetails(pre.summary, post.summary));
    if (details.length > followed) details.push(...labelDetails(pre.cfg, post.cfg));
    const quiet = [...classes].every((c) => c === 'moved' || c === 'renamed');
    if (quiet && details.length > followed) classes.add(scopeChange(pre, post));
    else if (classes.size === 0) classes.add(details.length > 0 ? scopeChange(pre, post) : tokens(pre.text) === tokens(post.text) ? 'cosmetic' : 'none');
  } else {
    const only = (post ?? pre) as Side;
    const seen = new Set<string>();
    details.push(...flagTestDetails(pre?.cfg ?? null, post?.cfg ?? null, gone));
    details.push(...(post ? flagDetails(null, post.summary) : flagDetails(only.summary, null)));
    for (const o of only.summary.ops) {
      const text = `${post ? '' : 'did: '}${o.op} ${o.text}`;
      if (!seen.has(text)) details.push(text);
      seen.add(text);
    }
  }
  return {
    change: [...classes].sort((a, b) => CHANGE_CLASSES.indexOf(a) - CHANGE_CLASSES.indexOf(b)),
    before: told.before,
    after: told.after,
    details,
    timelines: { before: pre ? timelines(pre.summary) : [], after: post ? timelines(post.summary) : [] },
    order: { before: pre ? orderEdges(pre.summary) : [], after: post ? orderEdges(post.summary) : [] },
  };
}

/** Ways out, or back, that came and went by name. */
function labelDetails(before: Cfg, after: Cfg): string[] {
  const labels = multisetDiff(labelsOf(before.fn), labelsOf(after.fn));
  return [...labels.gone.map((l) => `label ${l} is gone`), ...labels.come.map((l) => `label ${l} is new`)];
}

function contracts(s: Summary): ExitContract[] {
  return s.exits.map(({ exit, gains, drops, needs }) => ({ exit, gains, drops, needs }));
}

/** The same, with what tells ways of one result from each other where that is known. */
function cases(s: Summary): ExitContract[] {
  return s.exits.map(({ exit, gains, drops, needs, when, value }) => {
    const same = s.exits.filter((x) => x.exit === exit);
    const plain = same.filter((x) => x.when.length === 0 && x.value === null);
    if (same.length === 1) return { exit, gains, drops, needs };
    const where =
      value !== null ? ` ${value}` : when.length > 0 ? ` where ${when.slice(0, MAX_CONDITIONS).join(' and ')}` : plain.length === 1 ? ' otherwise' : '';
    return { exit: `${exit}${exit === 'returns' || value === null ? where : ''}`, gains, drops, needs };
  });
}

/** A reader needs no more to know which way is meant. */
const MAX_CONDITIONS = 2;

/** The exits at which a caller has something more, or less, or must hold something; all of them where only some do. */
function resourceful(exits: readonly ExitContract[]): readonly ExitContract[] {
  const says = (e: ExitContract): boolean => e.gains.length + e.drops.length + e.needs.length > 0;
  return exits.some(says) ? exits : [];
}

function arrow(e: OrderEdge): string {
  return `${e.held} → ${e.taken}`;
}

/** Which object's lock is taken first, as the code writes it. */
function heldBy(side: Summary, edge: string): string {
  const places = [
    ...new Set(
      side.order
        .filter((p) => arrow({ held: p.held.resource, taken: p.taken.resource, line: 0, tryLock: false }) === edge && /->/.test(p.held.place))
        .map((p) => p.held.place),
    ),
  ];
  return places.length === 1 ? `: ${places[0]} is taken first` : '';
}

function phrase(op: string): string {
  const [verb, ...rest] = op.split(' ');
  return `${verb} ${verb === 'gets' || verb === 'puts' ? (/^[aeiou]/i.test(rest[0] ?? '') ? 'an ' : 'a ') : ''}${rest.join(' ')}`;
}

/** How a kernel function says that it failed. */
const FAILURE = /^returns (NULL|an error|an error pointer|false|<= 0)/;

/** More operations than before: the protected region was split or widened; fewer: narrowed. */
function scopeChange(pre: Side, post: Side): ChangeClass {
  return post.summary.ops.length >= pre.summary.ops.length ? 'scope-widened' : 'scope-narrowed';
}

function multisetDiff(before: readonly string[], after: readonly string[]): { gone: string[]; come: string[] } {
  const left = [...after];
  const gone = before.filter((x) => {
    const i = left.indexOf(x);
    if (i < 0) return true;
    left.splice(i, 1);
    return false;
  });
  return { gone: [...new Set(gone)], come: [...new Set(left)] };
}

/** The text without comments and white space: what remains equal is a cosmetic change. */
function tokens(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text.startsWith('/*', i)) {
      const end = text.indexOf('*/', i + 2);
      if (end < 0) break;
      i = end + 1;
      continue;
    }
    if (text.startsWith('//', i)) {
      const end = text.indexOf('\n', i);
      if (end < 0) break;
      i = end;
      continue;
    }
    const c = text[i] as string;
    if (c !== ' ' && c !== '\t' && c !== '\n' && c !== '\r') out += c;
  }
  return out;
}
