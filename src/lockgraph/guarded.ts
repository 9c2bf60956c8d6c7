import type { Expr } from '../parse/c/ast.js';
import { CONTEXT_KINDS } from '../kernel/contract.js';
import type { Analysed, Program } from '../absint/program.js';
import { functionTexts } from './nearby.js';
import { holdingAt } from './holding.js';
import { effectsOf } from './step-effects.js';
import { type Step, stepsOf } from './steps.js';

/** What a lock may guard: that a member is written, or that a function is called. `put`: one reference on what a member is, or points to. */
export interface Access {
  readonly kind: 'write' | 'call' | 'put';
  readonly name: string;
}

/** An access in another function, with the classes of the locks that every path to it holds. */
export interface GuardedUse {
  readonly function: string;
  /** Null: the file itself. */
  readonly path: string | null;
  readonly line: number;
  readonly locks: ReadonlySet<string>;
  /** The declared type of the object, where the function shows it. */
  readonly of: string | null;
  /** Nobody else may have the object yet, or the function is only called where the text speaks of the lock with this name. */
  readonly excused: (lock: string) => boolean;
}

/** The same access in functions other than `except`, in source order: of the file, or of its folder too. */
export type GuardEvidence = (access: Access, except: string, folder: boolean) => readonly GuardedUse[];

/** No other function is known. */
export const NO_USES: GuardEvidence = () => [];

/** At most so many functions of a file are analysed to see what they hold where they do the same, and of a folder. */
const MAX_CANDIDATES = 16;
const MAX_IN_FOLDER = 40;

/** A file in which named functions can be analysed. */
export interface Readable {
  readonly path: string;
  readonly text: string;
  readonly open: (names: readonly string[]) => Program;
}

/** `beside`: the other files of the folder that contain a word; null where they cannot be looked at. */
export function guardedUses(own: Readable, beside: (word: string) => readonly Readable[] | null): GuardEvidence {
  const known = new Map<string, readonly GuardedUse[]>();
  const split = new Map<string, ReturnType<typeof functionTexts>>();
  const functionsOf = (file: Readable): ReturnType<typeof functionTexts> => {
    let found = split.get(file.path);
    if (found === undefined) split.set(file.path, (found = functionTexts(file.text)));
    return found;
  };
  return (access, except, folder) => {
    const key = `${access.kind} ${access.name} ${except} ${folder}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const others = folder ? beside(access.name) : [];
    const words = wordsOf(access);
    const files =
      others === null ? [] : [own, ...others].map((file) => ({ file, functions: functionsOf(file).filter((f) => file !== own || f.name !== except) }));
    const doing = files.map((f) => ({ ...f, names: f.functions.filter((x) => words.test(x.text)).map((x) => x.name) })).filter((f) => f.names.length > 0);
    const count = doing.reduce((n, f) => n + f.names.length, 0);
    // More than can be looked at: that those looked at agree would say nothing of the others.
    const found =
      count > (folder ? MAX_IN_FOLDER : MAX_CANDIDATES)
        ? []
        : doing.flatMap(({ file, functions, names }) => {
            const program = file.open(names);
            return names.flatMap((fn) => usesIn(program, file.path, fn, access, functions).map((u) => ({ ...u, path: file === own ? null : file.path })));
          });
    known.set(key, found);
    return found;
  };
}

/** What the text of a function contains that does this. */
function wordsOf({ kind, name }: Access): RegExp {
  if (kind === 'put') return new RegExp(`(->|\\.)\\s*${name}\\b`);
  return new RegExp(
    kind === 'call' ? `\\b${name}\\s*\\(` : `(\\+\\+|--)[\\w>().-]*(->|\\.)\\s*${name}\\b|(->|\\.)\\s*${name}\\b\\s*(,|=[^=]|[-+*/|&^%]=|<<=|>>=|\\+\\+|--)`,
  );
}

/** What a step does that a lock may guard; null when that is nothing of the kind. */
export function accessOf(s: Step): Access | null {
  if (s.kind === 'assign') return s.to?.k === 'member' ? { kind: 'write', name: s.to.field } : null;
  return s.kind === 'call' && s.expr.k === 'call' && s.expr.fn.k === 'id' && s.expr.args.length > 0 ? { kind: 'call', name: s.expr.fn.name } : null;
}

/** The member whose one reference a call puts. */
function putOf(side: Analysed, s: Step): Access | null {
  const puts = effectsOf(side, s).some((e) => e.op === 'put' && e.count === 1);
  const field = puts && s.expr.k === 'call' ? s.expr.args.map(memberOf).find((name) => name !== null) : null;
  return field ? { kind: 'put', name: field } : null;
}

function memberOf(e: Expr): string | null {
  if (e.k === 'member') return e.field;
  return e.k === 'cast' || (e.k === 'unary' && e.op === '&') ? memberOf(e.arg) : null;
}

function usesIn(
  program: Program,
  path: string,
  fn: string,
  { kind, name }: Access,
  functions: readonly { readonly name: string; readonly text: string }[],
): GuardedUse[] {
  const side = program.analyse(path, fn);
  if (side === null) return [];
  const all = stepsOf(side.cfg);
  const steps = all.filter((s) => {
    const access = kind === 'put' ? putOf(side, s) : accessOf(s);
    return access?.kind === kind && access.name === name;
  });
  const call = new RegExp(`\\b${fn}\\s*\\(`);
  const callers = functions.filter((f) => f.name !== fn && call.test(f.text));
  return [...holdingAt(side, steps)].map(([s, at]) => {
    const object = objectOf(s);
    const gives = all.filter((x) => x.to?.k === 'id' && x.to.name === object);
    const made = gives.length > 0 && gives.every((x) => x.expr.k === 'call');
    return {
      function: fn,
      path: null,
      line: s.line,
      of: object === null ? null : declaredType(side, object),
      locks: new Set(
        [...at.some.entries()].filter(([key, h]) => h.what === 'lock' && at.all.has(key) && !CONTEXT_KINDS.has(h.kind)).map(([, h]) => h.resource),
      ),
      excused: (lock) => made || (callers.length > 0 && callers.every((c) => new RegExp(`\\b${lock}\\b`).test(c.text))),
    };
  });
}

/** The variable whose member is written. */
function objectOf(s: Step): string | null {
  const object = s.to?.k === 'member' ? s.to.obj : s.expr.k === 'call' ? s.expr.args[0] : undefined;
  return object?.k === 'id' ? object.name : null;
}

/** The type that a function declares a variable with. */
function declaredType(side: Analysed, name: string): string | null {
  for (const b of side.cfg.blocks) for (const i of b.instrs) if (i.op === 'declare' && i.name === name) return i.type.base;
  return side.fn.params.find((p) => p.name === name)?.type.base ?? null;
}

/** The same of a step of the function that is judged. */
export function typeAt(side: Analysed, s: Step): string | null {
  const object = objectOf(s);
  return object === null ? null : declaredType(side, object);
}
