import type { Actor, Program } from './verdict.js';
import { cellsOf, parseExpression, type BinaryOp, type Expression } from './expression.js';

/**
 * The same program for SPIN: run `spin -run` (assertions and invalid end states are errors). One process per actor,
 * its own cells inside it where nobody else reads them; a last process checks the final conditions. Wait-for cycles
 * beside an actor that still runs have no counterpart there; everything else must give the same verdict.
 * Returns "" for a program whose expressions cannot be read.
 */
export function toPromela(program: Program): string {
  const names = new Map(program.cells.map((c, i) => [c.name, `v${i}_${c.name.replace(/\W/g, '_')}`]));
  const local = localCells(program);
  const expr = (text: string): string => {
    const p = parseExpression(text);
    return p.ok ? print(p.expr, names) : '0';
  };
  const declare = (c: Program['cells'][number]): string => `${c.bits <= 8 ? 'byte' : 'int'} ${names.get(c.name) ?? ''} = ${c.init};`;
  const out = [`/* ${comment(program.name)} */`, ...program.cells.filter((c) => !local.has(c.name)).map(declare)];
  if (program.final.length > 0) out.push('byte ended = 0;');
  program.actors.forEach((a, i) => {
    out.push('', `active proctype a${i}_${a.name.replace(/\W/g, '_')}() {`);
    for (const c of program.cells) if (local.get(c.name) === i) out.push(`\t${declare(c)}`);
    if (a.points.some((x, at) => x.alts.some((alt) => turns(alt, at)))) out.push('\tbyte turning = 1;');
    out.push(...body(a, i, expr, names, program.final.length > 0), '}');
  });
  if (program.final.length > 0) {
    out.push('', 'active proctype final_check() {', `end_final:\t(ended == ${program.actors.length}) ->`);
    out.push(...program.final.map((f) => `\tassert(${expr(f.expr)});\t/* ${comment(f.message)} */`), '}');
  }
  return `${out.join('\n')}\n`;
}

function body(a: Actor, i: number, expr: (text: string) => string, names: ReadonlyMap<string, string>, counted: boolean): string[] {
  const end = a.points.length;
  const out: string[] = [];
  a.points.forEach((p, at) => {
    out.push(`P${at}:\t/* ${comment(`${a.file}:${p.line} ${p.text}`)} */`, '\tif');
    for (const alt of p.alts) {
      const steps = [
        `(${expr(alt.guard)}${turns(alt, at) ? ' && turning' : ''})`,
        ...alt.asserts.map((x) => `assert(${expr(x.expr)})`),
        ...alt.sets.map((s) => `${names.get(s.cell) ?? ''} = ${expr(s.expr)}`),
        ...(alt.to === end && counted ? ['ended = ended + 1'] : []),
        `goto P${alt.to}`,
      ];
      out.push(`\t:: atomic { ${steps.join('; ')} }`);
    }
    out.push(p.alts.length === 0 ? '\t:: false\n\tfi;' : '\tfi;');
  });
  if (end === 0 && counted) out.push('\tended = ended + 1;');
  out.push(`P${end}:`, `end_${i}:\tfalse`);
  return out;
}

/** A step that leads back to itself. SPIN refuses one that is not even conditional. */
function turns(alt: Actor['points'][number]['alts'][number], at: number): boolean {
  return alt.to === at;
}

/** Cells that a single actor uses, and no final condition: these to their actor. */
function localCells(program: Program): Map<string, number> {
  const users = new Map<string, Set<number>>();
  const use = (cell: string, actor: number): void => {
    users.set(cell, (users.get(cell) ?? new Set()).add(actor));
  };
  const useAll = (text: string, actor: number): void => {
    const p = parseExpression(text);
    if (p.ok) for (const c of cellsOf(p.expr)) use(c, actor);
  };
  program.actors.forEach((a, i) => {
    for (const p of a.points)
      for (const alt of p.alts) {
        for (const text of [alt.guard, ...alt.asserts.map((x) => x.expr), ...alt.sets.map((s) => s.expr)]) useAll(text, i);
        for (const s of alt.sets) use(s.cell, i);
      }
  });
  for (const f of program.final) useAll(f.expr, -1);
  return new Map(
    [...users].flatMap(([cell, set]) => {
      const only = [...set];
      return only.length === 1 && only[0] !== undefined && only[0] >= 0 ? [[cell, only[0]] as const] : [];
    }),
  );
}

function print(e: Expression, names: ReadonlyMap<string, string>): string {
  switch (e.k) {
    case 'num':
      return String(e.value);
    case 'cell':
      return names.get(e.name) ?? '0';
    case 'unary':
      return `${e.op}(${print(e.arg, names)})`;
    case 'cond':
      return `(${print(e.test, names)} -> ${print(e.then, names)} : ${print(e.else, names)})`;
    case 'binary':
      return operator(e.op, print(e.left, names), print(e.right, names));
  }
}

const operator = (op: BinaryOp, a: string, b: string): string => `(${a} ${op} ${b})`;
const comment = (text: string): string => text.replace(/\*\//g, '* /').replace(/[\r\n]+/g, ' ');
