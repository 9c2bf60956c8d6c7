import type { Expr } from '../parse/c/ast.js';
import { CONTEXT_KINDS } from '../kernel/contract.js';
import type { Analysed, Program } from '../absint/program.js';
import { functionTexts } from './nearby.js';
import { holdingAt } from './holding.js';
import { type Step, stepsOf } from './steps.js';

/** What a lock may guard: that a member is written, or that a function is called. `put`: one reference on what a member is, or points to. */
export interface Access { readonly kind: 'write' | 'call' | 'put'; readonly name: string }

/** An access in another function of the file, with the classes of the locks that every path to it holds. */
export interface GuardedUse {
  readonly function: string;
  readonly line: number;
  readonly locks: ReadonlySet<string>;
}

/** The same access in functions of the file other than `except`, in source order. */
export type GuardEvidence = (access: Access, except: string) => readonly GuardedUse[];

/** No other function is known. */
export const NO_USES: GuardEvidence = () => [];

/** At most so many functions of a file are analysed to see what they hold where they do the same. */
const MAX_CANDIDATES = 16;

/** `open` gives a program over the file in which the named functions can be analysed. */
export function guardedUses(path: string, text: string, open: (names: readonly string[]) => Program): GuardEvidence {
  const known = new Map<string, readonly GuardedUse[]>();
  let functions: ReturnType<typeof functionTexts> | null = null;
  return ({ kind, name }, except) => {
    const key = `${kind} ${name} ${except}`, before = known.get(key);
    if (before !== undefined) return before;
    const word = new RegExp(kind === 'call' ? `\\b${name}\\s*\\(` : `(->|\\.)\\s*${name}\\b`);
    functions ??= functionTexts(text);
    const names = functions.filter((f) => f.name !== except && word.test(f.text)).map((f) => f.name);
    // More than can be looked at: that those looked at agree would say nothing of the others.
    const program = names.length === 0 || names.length > MAX_CANDIDATES ? null : open(names);
    const found = program === null ? [] : names.flatMap((fn) => usesIn(program, path, fn, kind, name));
    known.set(key, found);
    return found;
  };
}

/** What a step does that a lock may guard; null when that is nothing of the kind. */
export function accessOf(s: Step): Access | null {
  if (s.kind === 'assign') return s.to?.k === 'member' ? { kind: 'write', name: s.to.field } : null;
  return s.kind === 'call' && s.expr.k === 'call' && s.expr.fn.k === 'id' && s.expr.args.length > 0 ? { kind: 'call', name: s.expr.fn.name } : null;
}

/** The member whose one reference a call puts. */
function putOf(side: Analysed, s: Step): Access | null {
  const contract = s.instr ? side.effects.contracts.get(s.instr) : undefined;
  const puts = contract?.outcomes.some((o) => o.effects.some((e) => e.op === 'put' && e.count === 1)) ?? false;
  const field = puts && s.expr.k === 'call' ? s.expr.args.map(memberOf).find((name) => name !== null) : null;
  return field ? { kind: 'put', name: field } : null;
}

function memberOf(e: Expr): string | null {
  if (e.k === 'member') return e.field;
  return e.k === 'cast' || (e.k === 'unary' && e.op === '&') ? memberOf(e.arg) : null;
}

function usesIn(program: Program, path: string, fn: string, kind: Access['kind'], name: string): GuardedUse[] {
  const side = program.analyse(path, fn);
  if (side === null) return [];
  const steps = stepsOf(side.cfg).filter((s) => { const access = kind === 'put' ? putOf(side, s) : accessOf(s); return access?.kind === kind && access.name === name; });
  return [...holdingAt(side, steps)].map(([s, at]) => ({
    function: fn, line: s.line,
    locks: new Set([...at.some.entries()].filter(([key, h]) => h.what === 'lock' && at.all.has(key) && !CONTEXT_KINDS.has(h.kind)).map(([, h]) => h.resource)),
  }));
}
