import type { Summary } from '../absint/summary.js';
import type { Expr } from '../parse/c/ast.js';
import type { Cfg } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { stepsOf } from './steps.js';

interface Side {
  readonly cfg: Cfg;
  readonly summary: Summary;
}

/** What the function says is never true, where only one side says it; and flags that it tests: sentences. */
export function claimDetails(before: Side, after: Side): string[] {
  const was = claims(before);
  const is = claims(after);
  return [
    ...is.filter((c) => !was.some((x) => x.text === c.text)).map((c) => `now says that ${c.text} never holds (${c.by}())`),
    ...was.filter((c) => !is.some((x) => x.text === c.text)).map((c) => `no longer says that ${c.text} never holds (${c.by}())`),
  ];
}

function claims({ cfg, summary }: Side): { readonly text: string; readonly by: string }[] {
  if (summary.claims.size === 0) return [];
  const found = stepsOf(cfg).flatMap((s) =>
    s.expr.k === 'call' && s.expr.fn.k === 'id' && summary.claims.get(s.line) === s.expr.fn.name && s.expr.args[0]
      ? [{ text: printExpr(s.expr.args[0]), by: s.expr.fn.name }]
      : [],
  );
  return found.filter((c, i) => found.findIndex((x) => x.text === c.text) === i && !/[%…]/.test(c.text));
}

/** Flags of one word that the two sides test otherwise, and those that are no flags any more (`gone`: constants that the patch removes). */
export function flagTestDetails(before: Cfg | null, after: Cfg | null, gone: ReadonlySet<string>): string[] {
  const was = before ? tested(before) : new Map<string, Set<string>>();
  const is = after ? tested(after) : new Map<string, Set<string>>();
  const out: string[] = [];
  for (const family of [...new Set([...was.keys(), ...is.keys()])].sort()) {
    const left = [...(was.get(family) ?? [])].sort();
    const right = [...(is.get(family) ?? [])].sort();
    const lost = left.filter((f) => !right.includes(f));
    const come = right.filter((f) => !left.includes(f));
    if (before === null ? come.length > 1 : come.length > 0) out.push(`${before ? 'now ' : ''}tests ${come.join('|')}`);
    if (after !== null && lost.length > 0) out.push(`no longer tests ${lost.join('|')}${lost.every((f) => gone.has(f)) ? `, which the patch removes` : ''}`);
  }
  return out;
}

/** The constants that bits of a variable are tested by, by the first part of their names. */
function tested(cfg: Cfg): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  const names = (e: Expr): string[] =>
    e.k === 'id'
      ? FLAG.test(e.name)
        ? [e.name]
        : []
      : e.k === 'binary' && e.op === '|'
        ? [...names(e.left), ...names(e.right)]
        : e.k === 'cast'
          ? names(e.arg)
          : [];
  const look = (e: Expr): void => {
    if (e.k === 'binary') {
      if (e.op === '&')
        for (const [x, y] of [
          [e.left, e.right],
          [e.right, e.left],
        ] as const)
          if (x.k === 'id' && !FLAG.test(x.name))
            for (const name of names(y)) {
              const family = name.slice(0, name.indexOf('_'));
              out.set(family, (out.get(family) ?? new Set()).add(name));
            }
      look(e.left);
      look(e.right);
    } else if (e.k === 'unary' || e.k === 'cast') look(e.arg);
    else if (e.k === 'call') e.args.forEach(look);
  };
  for (const s of stepsOf(cfg)) look(s.expr);
  return out;
}

const FLAG = /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/;
