import { SCOPE_IDIOMS } from '../parse/c/scope-idioms.js';
import { isPartial, UNSHOWN } from '../parse/c/unshown.js';
import type { CFunction, Expr, Stmt, Variable } from '../parse/c/ast.js';
import type { Gap } from '../parse/gap.js';
import type { Iterating } from '../kernel/statement.js';
import type { BasicBlock, Cfg, Instr, Operand, Terminator } from './cfg.js';
import { cursorsOf } from './cursor.js';
import { finish } from './finish.js';
import { discard, lower, lowerCondition, lowerInto, type Sink } from './lower.js';

/** What the kernel's macros with a body do, and which functions its scope classes call. Comes from the knowledge. */
export interface CfgHints {
  readonly iterators: ReadonlyMap<string, Iterating>;
  readonly guards: ReadonlyMap<string, { readonly enter: string; readonly exit: string }>;
  /** `__free(name)` to the function called with the variable. */
  readonly frees: ReadonlyMap<string, string>;
}

export const NO_HINTS: CfgHints = { iterators: new Map(), guards: new Map(), frees: new Map() };

/** Builds the graph of one function with a body. Never throws; what cannot be followed is a gap and an unreachable end. */
export function buildCfg(fn: CFunction, hints: CfgHints = NO_HINTS): { cfg: Cfg; gaps: readonly Gap[] } {
  const b = createBuilder(fn, hints);
  if (fn.body) b.statement(fn.body);
  b.end({ k: 'return', value: null, line: fn.endLine });
  b.resolveGotos();
  return { cfg: finish(fn, b.blocks), gaps: b.gaps };
}

type Cleanup = () => void;
interface Scope {
  readonly cleanups: Cleanup[];
  readonly parent: Scope | null;
}
interface Draft {
  readonly id: number;
  readonly instrs: Instr[];
  term: Terminator | null;
  line: number;
}
interface Pending {
  readonly block: Draft;
  readonly scope: Scope;
  readonly depth: readonly number[];
  readonly label: string;
  readonly line: number;
}

function createBuilder(
  fn: CFunction,
  hints: CfgHints,
): { blocks: readonly BasicBlock[]; gaps: Gap[]; statement(s: Stmt): void; end(t: Terminator): void; resolveGotos(): void } {
  const drafts: Draft[] = [];
  const gaps: Gap[] = [];
  const variables = new Set(fn.params.map((p) => p.name));
  const labels = new Map<string, { block: number; scope: Scope }>();
  const pending: Pending[] = [];
  let scope: Scope = { cleanups: [], parent: null };
  let temps = 0;
  let current = draft(fn.line);
  let breaks: { block: number; scope: Scope } | null = null;
  let continues: { block: number; scope: Scope } | null = null;
  let cases: { low: Operand | null; high: Operand | null; to: number }[] | null = null;

  function draft(line: number): Draft {
    const d: Draft = { id: drafts.length, instrs: [], term: null, line };
    drafts.push(d);
    return d;
  }
  function end(term: Terminator): void {
    if (current.term === null) current.term = term;
  }
  const at = (id: number): Draft => drafts[id] as Draft;

  const sink: Sink = {
    emit: (instr) => {
      if (current.term === null) {
        if (current.line === 0) current.line = instr.line;
        current.instrs.push(instr);
      }
    },
    fresh: () => `%${++temps}`,
    newBlock: (line) => draft(line).id,
    enter: (block) => {
      end({ k: 'jump', to: block });
      current = at(block);
    },
    jump: (to) => end({ k: 'jump', to }),
    branch: (cond, then, otherwise, line) => end({ k: 'branch', cond, then, else: otherwise, line }),
    use: (block) => {
      current = at(block);
    },
    isVariable: (name) => variables.has(name),
    statements: (body) => statementExpression(body),
  };

  function runCleanups(from: Scope, to: Scope | null): void {
    for (let s: Scope | null = from; s !== null && s !== to; s = s.parent) for (let i = s.cleanups.length - 1; i >= 0; i--) s.cleanups[i]?.();
  }
  function inScope(body: () => void): void {
    scope = { cleanups: [], parent: scope };
    body();
    if (current.term === null) runCleanups(scope, scope.parent);
    scope = scope.parent as Scope;
  }
  function statementExpression(body: readonly Stmt[]): Operand | null {
    let value: Operand | null = null;
    inScope(() =>
      body.forEach((s, i) => {
        if (i !== body.length - 1 || s.k !== 'expr') return statement(s);
        const result = lower(sink, s.expr);
        // The value outlives the block's cleanups, so it is kept in a temporary of its own.
        value = { k: 'id', name: sink.fresh(), line: s.line };
        sink.emit({ op: 'assign', to: value, from: result, line: s.line });
      }),
    );
    return value;
  }
  function jumpOut(target: { block: number; scope: Scope } | null, line: number): void {
    if (!target) {
      gaps.push({ stage: 'cfg', file: '', function: fn.name, why: `line ${line}: break or continue outside a loop` });
      return end({ k: 'unreachable', line });
    }
    runCleanups(scope, target.scope);
    end({ k: 'jump', to: target.block });
  }
  function loop(exit: number, next: number, body: () => void): void {
    const saved = [breaks, continues] as const;
    breaks = { block: exit, scope };
    continues = { block: next, scope };
    body();
    [breaks, continues] = saved;
  }

  function guardCall(expr: Expr): boolean {
    if (expr.k !== 'call' || expr.fn.k !== 'call' || expr.fn.fn.k !== 'id' || !SCOPE_IDIOMS.guard.has(expr.fn.fn.name)) return false;
    const cls = expr.fn.args[0];
    enterGuard(cls?.k === 'id' ? cls.name : '', expr.args, expr.line);
    return true;
  }
  function enterGuard(cls: string, args: readonly Expr[], line: number): void {
    const known = hints.guards.get(cls);
    if (!known) {
      gaps.push({ stage: 'cfg', file: '', function: fn.name, why: `line ${line}: unknown guard class "${cls}"` });
      return;
    }
    const operands = args.map((a) => lower(sink, a));
    sink.emit({ op: 'call', to: null, callee: known.enter, target: null, args: operands, line, cleanup: false });
    scope.cleanups.push(() => sink.emit({ op: 'call', to: null, callee: known.exit, target: null, args: operands, line, cleanup: true }));
  }

  function declare(v: Variable): void {
    variables.add(v.name);
    const id: Expr = { k: 'id', name: v.name, line: v.line };
    sink.emit({ op: 'declare', name: v.name, type: v.type, attributes: v.attributes, line: v.line });
    if (v.init?.k === 'init' && !v.type.array) {
      for (const item of v.init.items) {
        const from = lower(sink, item.value);
        if (item.field !== null) sink.emit({ op: 'assign', to: { k: 'member', obj: id, arrow: false, field: item.field, line: v.line }, from, line: v.line });
      }
    } else if (v.init) sink.emit({ op: 'assign', to: id, from: lowerInto(sink, v.init, id), line: v.init.line });
    for (const a of v.attributes) {
      if (!SCOPE_IDIOMS.cleanupAttributes.has(a.name)) continue;
      const named = a.args[0]?.k === 'id' ? a.args[0].name : a.text.slice(a.text.indexOf('(') + 1, -1).trim();
      const isFree = a.name === '__free';
      const callee = isFree ? (hints.frees.get(named) ?? named) : named;
      const arg: Expr = isFree ? id : { k: 'unary', op: '&', arg: id, line: v.line };
      scope.cleanups.push(() => sink.emit({ op: 'call', to: null, callee, target: null, args: [arg], line: v.line, cleanup: true }));
    }
  }

  function statement(s: Stmt): void {
    if (current.term !== null && s.k !== 'label' && s.k !== 'case') current = draft(s.line); // dead unless a label inside is jumped to
    switch (s.k) {
      case 'expr':
        if (!returnPtr(s.expr) && !guardCall(s.expr)) discard(sink, s.expr);
        return;
      case 'decl':
        for (const v of s.vars) declare(v);
        return;
      case 'block':
        return inScope(() => s.body.forEach(statement));
      case 'if':
        return ifStatement(s);
      case 'while':
      case 'do':
      case 'for':
        return loopStatement(s);
      case 'switch':
        return switchStatement(s);
      case 'case': {
        const block = draft(s.line).id;
        cases?.push({ low: s.low, high: s.high, to: block });
        return sink.enter(block);
      }
      case 'label': {
        const block = draft(s.line).id;
        labels.set(s.label, { block, scope });
        return sink.enter(block);
      }
      case 'goto': {
        const depth: number[] = [];
        for (let x: Scope | null = scope; x; x = x.parent) depth.push(x.cleanups.length);
        pending.push({ block: current, scope, depth, label: s.label, line: s.line });
        current = draft(s.line);
        return;
      }
      case 'return':
        return returnStatement(s.value, s.line);
      case 'break':
        return jumpOut(breaks, s.line);
      case 'continue':
        return jumpOut(continues, s.line);
      case 'macro':
        return macroStatement(s);
      case 'config':
        return configStatement(s);
      case 'unknown': {
        if (s.text === UNSHOWN) {
          sink.emit({ op: 'havoc', places: [], why: UNSHOWN, line: s.line });
          // Nobody sees how the function ends.
          if (fn.body?.body.at(-1) === s) end({ k: 'unreachable', line: s.line });
          return;
        }
        const names = [...new Set(s.text.match(/[A-Za-z_]\w*/g) ?? [])].filter((n) => variables.has(n)).sort();
        sink.emit({ op: 'havoc', places: names.map((name) => ({ k: 'id', name, line: s.line })), why: 'code that could not be read', line: s.line });
        return;
      }
    }
  }
  function returnPtr(expr: Expr): boolean {
    if (expr.k !== 'call' || expr.fn.k !== 'id' || !SCOPE_IDIOMS.returnPtr.has(expr.fn.name) || !expr.args[0]) return false;
    const [noFree] = SCOPE_IDIOMS.noFree;
    returnStatement({ ...expr, fn: { k: 'id', name: noFree as string, line: expr.line } }, expr.line);
    return true;
  }
  function returnStatement(value: Expr | null, line: number): void {
    let operand = value ? lower(sink, value) : null;
    let needsCopy = false;
    for (let x: Scope | null = scope; x; x = x.parent) needsCopy ||= x.cleanups.length > 0;
    if (operand && needsCopy && operand.k !== 'num') {
      const copy: Expr = { k: 'id', name: sink.fresh(), line };
      sink.emit({ op: 'assign', to: copy, from: operand, line });
      operand = copy;
    }
    runCleanups(scope, null);
    end({ k: 'return', value: operand, line });
  }
  function ifStatement(s: Extract<Stmt, { k: 'if' }>): void {
    const yes = draft(s.then.line).id;
    const no = draft(s.else?.line ?? s.line).id;
    const join = s.else ? draft(s.line).id : no;
    lowerCondition(sink, s.test, yes, no);
    sink.use(yes);
    inScope(() => statement(s.then));
    sink.jump(join);
    if (s.else) {
      const other = s.else;
      sink.use(no);
      inScope(() => statement(other));
      sink.jump(join);
    }
    sink.use(join);
  }
  function loopStatement(s: Extract<Stmt, { k: 'while' | 'do' | 'for' }>): void {
    const run = (): void => {
      if (s.k === 'for' && s.init) statement(s.init);
      const head = draft(s.line).id;
      const body = draft(s.body.line).id;
      const next = s.k === 'while' ? head : draft(s.line).id;
      const exit = draft(s.line).id;
      sink.enter(s.k === 'do' ? body : head);
      if (s.k !== 'do') {
        if (s.test) lowerCondition(sink, s.test, body, exit);
        else sink.jump(body);
      }
      sink.use(body);
      loop(exit, next, () => inScope(() => statement(s.body)));
      sink.jump(next);
      sink.use(next);
      if (s.k === 'for') {
        if (s.step) discard(sink, s.step);
        sink.jump(head);
      }
      if (s.k === 'do') lowerCondition(sink, s.test, body, exit);
      if (s.k === 'do') sink.use(head), end({ k: 'unreachable', line: s.line });
      sink.use(exit);
    };
    if (s.k === 'for') inScope(run);
    else run();
  }
  function switchStatement(s: Extract<Stmt, { k: 'switch' }>): void {
    const value = lower(sink, s.value);
    const from = current;
    const exit = draft(s.line).id;
    const saved = [breaks, cases] as const;
    breaks = { block: exit, scope };
    const mine: NonNullable<typeof cases> = [];
    cases = mine;
    current = draft(s.line);
    current.term = { k: 'unreachable', line: s.line };
    inScope(() => (s.body.k === 'block' ? s.body.body.forEach(statement) : statement(s.body)));
    sink.jump(exit);
    [breaks, cases] = saved;
    if (!mine.some((c) => c.low === null)) mine.push({ low: null, high: null, to: exit });
    if (from.term === null) from.term = { k: 'switch', value, cases: mine, line: s.line };
    sink.use(exit);
  }
  function macroStatement(s: Extract<Stmt, { k: 'macro' }>): void {
    if (SCOPE_IDIOMS.scopedGuard.has(s.name)) {
      const cls = s.args[0];
      return inScope(() => {
        enterGuard(cls?.k === 'id' ? cls.name : '', s.args.slice(1), s.line);
        statement(s.body);
      });
    }
    const known = hints.iterators.get(s.name);
    const assigns = (known?.assigns ?? cursorsOf(fn, s.args))
      .map((i) => s.args[i])
      .filter((a): a is Expr => a !== undefined && (a.k === 'id' || a.k === 'member'));
    const args = s.args.map((a) => lower(sink, a));
    const call: Instr = { op: 'call', to: null, callee: s.name, target: null, args, line: s.line, cleanup: false };
    if (known?.kind === 'once') {
      sink.emit(call);
      const exit = draft(s.line).id;
      loop(exit, exit, () => inScope(() => statement(s.body)));
      return sink.enter(exit);
    }
    const head = draft(s.line).id;
    const body = draft(s.body.line).id;
    const exit = draft(s.line).id;
    const done = draft(s.line).id;
    const empty = emptiness(known?.unless ?? null, args, s.line);
    // Where the function has asked, whether there is a first turn is another question than whether there is one more.
    if (empty === null) sink.enter(head);
    else {
      end({ k: 'choice', key: null, to: [body, done], unless: empty, line: s.line });
      sink.use(head);
    }
    end({ k: 'choice', key: null, to: [body, done], line: s.line });
    sink.use(body);
    sink.emit({ op: 'havoc', places: assigns, why: 'element', line: s.line });
    sink.emit(call);
    loop(exit, head, () => inScope(() => statement(s.body)));
    sink.jump(head);
    sink.use(done);
    sink.emit({ op: 'havoc', places: assigns, why: 'end', line: s.line });
    sink.jump(exit);
    sink.use(exit);
  }
  /** The question whose answer decides on a first turn; null: it was not asked before. */
  function emptiness(unless: Iterating['unless'], args: readonly Operand[], line: number): Expr | null {
    const of = unless === null ? undefined : args[unless.of];
    if (unless === null || of === undefined || !drafts.some((d) => d.instrs.some((i) => i.op === 'call' && i.callee === unless.asks))) return null;
    return { k: 'call', fn: { k: 'id', name: `pred:${unless.asks}`, line }, args: [of], line };
  }
  function configStatement(s: Extract<Stmt, { k: 'config' }>): void {
    const yes = draft(s.line).id;
    const no = draft(s.line).id;
    const join = draft(s.line).id;
    end({ k: 'choice', key: s.cond, to: [yes, no], line: s.line });
    // Not a scope of its own: declarations and guards inside belong to the enclosing block.
    sink.use(yes);
    s.then.forEach(statement);
    sink.jump(join);
    sink.use(no);
    s.else.forEach(statement);
    sink.jump(join);
    sink.use(join);
  }
  function resolveGotos(): void {
    for (const p of pending) {
      const target = labels.get(p.label);
      current = p.block;
      if (!target) {
        gaps.push({ stage: 'cfg', file: '', function: fn.name, why: `line ${p.line}: goto to unknown label "${p.label}"` });
        // Where it leads is not shown: the path ends here, as far as this text goes.
        if (isPartial(fn)) {
          p.block.instrs.push({ op: 'havoc', places: [], why: `${UNSHOWN} ${p.label}`, line: p.line });
          end({ k: 'unreachable', line: p.line });
          continue;
        }
        end({ k: 'return', value: null, line: p.line });
        continue;
      }
      const enclosing = new Set<Scope>();
      for (let x: Scope | null = target.scope; x; x = x.parent) enclosing.add(x);
      let i = 0;
      for (let x: Scope | null = p.scope; x && !enclosing.has(x); x = x.parent, i++) for (let c = (p.depth[i] ?? 0) - 1; c >= 0; c--) x.cleanups[c]?.();
      end({ k: 'jump', to: target.block });
    }
    for (const d of drafts) d.term ??= { k: 'unreachable', line: d.line };
  }
  return { blocks: drafts as unknown as readonly BasicBlock[], gaps, statement, end, resolveGotos };
}
