import { SCOPE_IDIOMS } from '../parse/c/scope-idioms.js';
import type { Expr, Stmt } from '../parse/c/ast.js';
import type { Instr, Operand } from './cfg.js';

/** What expression lowering needs of the graph under construction. Blocks are named by number; emission goes to the current one. */
export interface Sink {
  emit(instr: Instr): void;
  fresh(): string;
  newBlock(line: number): number;
  /** Ends the current block with a jump and makes `block` current. */
  enter(block: number): void;
  jump(to: number): void;
  branch(cond: Operand, then: number, otherwise: number, line: number): void;
  use(block: number): void;
  isVariable(name: string): boolean;
  statements(body: readonly Stmt[]): Operand | null;
}

/** Lowers `expr` to an operand, emitting calls, assignments and control flow in C's evaluation order (left to right). */
export function lower(sink: Sink, expr: Expr, wanted = true): Operand {
  switch (expr.k) {
    case 'id':
    case 'num':
    case 'str':
    case 'opaque':
      return expr;
    case 'call':
      return lowerCall(sink, expr, wanted);
    case 'member':
      return { ...expr, obj: lower(sink, expr.obj) };
    case 'index':
      return { ...expr, obj: lower(sink, expr.obj), index: lower(sink, expr.index) };
    case 'unary':
      return { ...expr, arg: lower(sink, expr.arg) };
    case 'cast':
      return { ...expr, arg: lower(sink, expr.arg) };
    case 'update':
      return lowerUpdate(sink, expr, wanted);
    case 'assign':
      return lowerAssign(sink, expr);
    case 'binary':
      if (expr.op === ',') {
        discard(sink, expr.left);
        return lower(sink, expr.right, wanted);
      }
      if (expr.op === '&&' || expr.op === '||') return lowerTruth(sink, expr);
      return { ...expr, left: lower(sink, expr.left), right: lower(sink, expr.right) };
    case 'cond':
      return lowerConditional(sink, expr);
    case 'stmtexpr':
      return sink.statements(expr.body) ?? zero(expr.line);
    case 'init':
      return { ...expr, items: expr.items.map((item) => ({ field: item.field, value: lower(sink, item.value) })) };
  }
}

/** Lowers an expression statement. */
export function discard(sink: Sink, expr: Expr): void {
  if (expr.k === 'cast' && expr.type.base === 'void' && expr.type.pointers === 0) return discard(sink, expr.arg);
  const value = lower(sink, expr, false);
  if (expr.k === 'member' || expr.k === 'index' || expr.k === 'unary') sink.emit({ op: 'use', value, line: expr.line });
}

/** Lowers a condition to branches; short-circuit operators become edges. */
export function lowerCondition(sink: Sink, expr: Expr, then: number, otherwise: number): void {
  if (expr.k === 'unary' && expr.op === '!') return lowerCondition(sink, expr.arg, otherwise, then);
  if (expr.k === 'num') return sink.jump(expr.value === 0 ? otherwise : then);
  if (expr.k === 'binary' && (expr.op === '&&' || expr.op === '||')) {
    const middle = sink.newBlock(expr.right.line);
    if (expr.op === '&&') lowerCondition(sink, expr.left, middle, otherwise);
    else lowerCondition(sink, expr.left, then, middle);
    sink.use(middle);
    return lowerCondition(sink, expr.right, then, otherwise);
  }
  if (expr.k === 'binary' && expr.op === ',') {
    discard(sink, expr.left);
    return lowerCondition(sink, expr.right, then, otherwise);
  }
  if (expr.k === 'cond' && expr.then) {
    const yes = sink.newBlock(expr.then.line);
    const no = sink.newBlock(expr.else.line);
    lowerCondition(sink, expr.test, yes, no);
    sink.use(yes);
    lowerCondition(sink, expr.then, then, otherwise);
    sink.use(no);
    return lowerCondition(sink, expr.else, then, otherwise);
  }
  const line = expr.line;
  sink.branch(lower(sink, expr), then, otherwise, line);
}

function zero(line: number): Expr {
  return { k: 'num', value: 0, text: '0', line };
}
function one(line: number): Expr {
  return { k: 'num', value: 1, text: '1', line };
}
function temp(name: string, line: number): Expr {
  return { k: 'id', name, line };
}

/** Lowers a value that is assigned to `to`, which names the result of a call in messages. */
export function lowerInto(sink: Sink, expr: Expr, to: Expr): Operand {
  if (expr.k === 'cast') return { ...expr, arg: lowerInto(sink, expr.arg, to) };
  return expr.k === 'call' ? lowerCall(sink, expr, true, to) : lower(sink, expr);
}

function lowerCall(sink: Sink, expr: Extract<Expr, { k: 'call' }>, wanted: boolean, into: Expr | null = null): Operand {
  const name = expr.fn.k === 'id' ? expr.fn.name : null;
  const first = expr.args[0];
  if (name !== null && SCOPE_IDIOMS.noFree.has(name) && first) {
    const place = lower(sink, first);
    const value = sink.fresh();
    sink.emit({ op: 'assign', to: temp(value, expr.line), from: place, line: expr.line });
    sink.emit({ op: 'assign', to: place, from: zero(expr.line), line: expr.line });
    return temp(value, expr.line);
  }
  const direct = name !== null && !sink.isVariable(name);
  const target = direct ? null : lower(sink, expr.fn);
  const args = expr.args.map((a) => lower(sink, a));
  const to = wanted ? sink.fresh() : null;
  sink.emit({ op: 'call', to, callee: direct ? name : null, target, args, line: expr.line, cleanup: false, ...(into === null ? {} : { into }) });
  return to === null ? zero(expr.line) : temp(to, expr.line);
}

function lowerUpdate(sink: Sink, expr: Extract<Expr, { k: 'update' }>, wanted: boolean): Operand {
  const place = lower(sink, expr.arg);
  const next: Expr = { k: 'binary', op: expr.op === '++' ? '+' : '-', left: place, right: one(expr.line), line: expr.line };
  let old: Operand = place;
  if (wanted && !expr.prefix) {
    old = temp(sink.fresh(), expr.line);
    sink.emit({ op: 'assign', to: old, from: place, line: expr.line });
  }
  sink.emit({ op: 'assign', to: place, from: next, line: expr.line });
  return old;
}

function lowerAssign(sink: Sink, expr: Extract<Expr, { k: 'assign' }>): Operand {
  const right = expr.op === '=' ? lowerInto(sink, expr.right, expr.left) : lower(sink, expr.right);
  const left = lower(sink, expr.left);
  const from: Operand = expr.op === '=' ? right : { k: 'binary', op: expr.op.slice(0, -1), left, right, line: expr.line };
  sink.emit({ op: 'assign', to: left, from, line: expr.line });
  return left;
}

function lowerTruth(sink: Sink, expr: Expr): Operand {
  const yes = sink.newBlock(expr.line);
  const no = sink.newBlock(expr.line);
  const join = sink.newBlock(expr.line);
  const result = temp(sink.fresh(), expr.line);
  lowerCondition(sink, expr, yes, no);
  sink.use(yes);
  sink.emit({ op: 'assign', to: result, from: one(expr.line), line: expr.line });
  sink.jump(join);
  sink.use(no);
  sink.emit({ op: 'assign', to: result, from: zero(expr.line), line: expr.line });
  sink.jump(join);
  sink.use(join);
  return result;
}

function lowerConditional(sink: Sink, expr: Extract<Expr, { k: 'cond' }>): Operand {
  const yes = sink.newBlock(expr.line);
  const no = sink.newBlock(expr.line);
  const join = sink.newBlock(expr.line);
  const result = temp(sink.fresh(), expr.line);
  let kept: Operand | null = null;
  if (expr.then === null) {
    kept = lower(sink, expr.test);
    sink.branch(kept, yes, no, expr.line);
  } else lowerCondition(sink, expr.test, yes, no);
  const arm = (block: number, value: () => Operand): void => {
    sink.use(block);
    const from = value();
    sink.emit({ op: 'assign', to: result, from, line: expr.line });
    sink.jump(join);
  };
  arm(yes, () => (expr.then === null ? (kept ?? zero(expr.line)) : lower(sink, expr.then)));
  arm(no, () => lower(sink, expr.else));
  sink.use(join);
  return result;
}
