import type { CFunction, Expr } from '../../parse/c/ast.js';
import type { Cfg, Instr } from '../../cfg/cfg.js';
import type { Live } from './live.js';
import type { Location, Memory, Mistake } from './memory.js';
import { addressOf, binary, functionAddress, isTrue, localAddress, localOf, locationOf, quoted, textOf, unary, type Value } from './value.js';

/** A function of the scenario, ready to run. `own`: written by the user, so that traces show its lines. */
export interface Routine {
  readonly fn: CFunction;
  readonly cfg: Cfg;
  readonly live: Live;
  readonly file: string;
  readonly own: boolean;
  readonly atomic: boolean /** Parameters, variables and temporaries. */;
  readonly locals: ReadonlySet<string>;
}

/** The text of a scenario, read, and its memory. */
export interface Script {
  readonly routines: ReadonlyMap<string, Routine>;
  readonly constants: ReadonlyMap<string, number>;
  readonly memory: Memory;
  readonly words: ReadonlySet<string>;
}

export interface Frame {
  readonly routine: Routine;
  readonly block: number;
  readonly at: number;
  readonly env: ReadonlyMap<string, Value>;
  /** The caller's variable for the returned value. */
  readonly to: string | null;
}

/** Where one actor is. `reads`: what the statement at hand has read so far; `phase`: a word that takes two steps. */
export interface Place {
  readonly frames: readonly Frame[];
  readonly reads: readonly Value[];
  readonly phase: number;
}

/** What an actor needs next that others can see. */
export type Need =
  | { readonly k: 'read'; readonly location: number }
  | { readonly k: 'write'; readonly location: number; readonly value: Value }
  | { readonly k: 'word'; readonly name: string; readonly args: readonly Value[]; readonly message: string }
  /** The actor itself does what C leaves undefined. */
  | { readonly k: 'wrong'; readonly message: string }
  | { readonly k: 'end' }
  /** The function has returned behind which the caller wanted to stop. */
  | { readonly k: 'left' };

export interface Stop {
  readonly need: Need;
  readonly place: Place;
}

const MAX_FRAMES = 24;
const MAX_STEPS = 20_000;
/** Nothing happens where it holds. */
const HOLDS = 'model_assert';

/**
 * Runs an actor up to the next thing that others can see or that waits. `fixed` gives the value of a location that
 * nobody writes, null for one that has to be read. `floor`: stop when only so many frames are left.
 */
export function runLocal(script: Script, from: Place, fixed: (location: number) => Value | null, floor = 0): Stop | Mistake {
  let place = from;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const frame = place.frames.at(-1);
    if (frame === undefined) return { need: { k: 'end' }, place };
    if (place.frames.length <= floor) return { need: { k: 'left' }, place };
    const e = evaluator(script, place, fixed);
    const block = frame.routine.cfg.blocks[frame.block];
    const instr = block?.instrs[frame.at];
    if (block === undefined) return mistake(frame, frame.routine.fn.line, 'control flow is lost');
    if (instr !== undefined) {
      const next = execute(script, place, frame, instr, e);
      if ('why' in next || 'need' in next) return next;
      place = next;
      continue;
    }
    const t = block.term;
    const ignored = t.k === 'return' && frame.to === null;
    const value = t.k === 'branch' ? e.value(t.cond) : (t.k === 'switch' || t.k === 'return') && t.value !== null && !ignored ? e.value(t.value) : 0;
    const stop = e.stop();
    if (stop !== null) return 'why' in stop ? stop : { need: stop, place };
    switch (t.k) {
      case 'jump':
        place = moved(place, { block: t.to, at: 0 });
        break;
      case 'branch':
        place = moved(place, { block: isTrue(value) ? t.then : t.else, at: 0 });
        break;
      case 'switch': {
        const low = (x: Expr): Value => e.value(x);
        const hit =
          t.cases.find(
            (c) =>
              c.low !== null &&
              (c.high === null ? low(c.low) === value : typeof value === 'number' && Number(low(c.low)) <= value && value <= Number(low(c.high))),
          ) ?? t.cases.find((c) => c.low === null);
        if (hit === undefined) return mistake(frame, t.line, 'no case fits');
        place = moved(place, { block: hit.to, at: 0 });
        break;
      }
      case 'choice':
        return mistake(frame, t.line, t.key === null ? 'iterator macros are not modelled; write the loop out' : `#if ${t.key} is not understood here`);
      case 'return':
        place = returned(place, t.value === null ? 0 : value);
        break;
      case 'unreachable':
        return { need: { k: 'wrong', message: 'runs into code that never returns' }, place };
    }
  }
  const frame = place.frames.at(-1);
  return mistake(frame, frame === undefined ? 0 : lineAt(frame), 'a loop that does nothing others can see');
}

/** The statement is done: its value goes to the temporary it was for. */
export function completed(place: Place, result: Value): Place {
  const frame = place.frames.at(-1);
  const instr = frame?.routine.cfg.blocks[frame.block]?.instrs[frame.at];
  const to = instr?.op === 'call' ? instr.to : null;
  return moved(place, { at: (frame?.at ?? 0) + 1 }, to === null ? null : [to, result]);
}

/** The line an instruction or terminator stands on. */
export function lineAt(frame: Frame): number {
  const block = frame.routine.cfg.blocks[frame.block];
  const instr = block?.instrs[frame.at];
  return instr?.line ?? (block !== undefined && 'line' in block.term ? block.term.line : (block?.line ?? 0));
}

/** Two places with the same key go on alike. */
export function placeKey(place: Place): string {
  return JSON.stringify([
    place.frames.map((f, i) => {
      const top = i === place.frames.length - 1;
      const live = f.routine.live(f.block, top ? f.at : f.at + 1);
      const macro = f.routine.fn.kind === 'macro';
      return [f.routine.fn.name, f.block, f.at, f.to, [...f.env].filter(([n]) => macro || live.has(n)).sort(([a], [b]) => (a < b ? -1 : 1))];
    }),
    place.reads,
    place.phase,
  ]);
}

function moved(place: Place, to: { readonly block?: number; readonly at: number }, set: readonly [string, Value] | null = null): Place {
  const frame = place.frames.at(-1);
  if (frame === undefined) return place;
  const env = set === null ? frame.env : new Map([...frame.env, set]);
  return { frames: [...place.frames.slice(0, -1), { ...frame, block: to.block ?? frame.block, at: to.at, env }], reads: [], phase: 0 };
}

function returned(place: Place, value: Value): Place {
  const [frame, caller] = [place.frames.at(-1), place.frames.at(-2)];
  if (frame === undefined) return place;
  const rest = { frames: place.frames.slice(0, -1), reads: [], phase: 0 };
  return caller === undefined ? rest : moved(rest, { at: caller.at + 1 }, frame.to === null ? null : [frame.to, value]);
}

export function mistake(frame: Frame | undefined, line: number, why: string): Mistake {
  return { file: frame?.routine.file ?? '', line, why };
}

function execute(script: Script, place: Place, frame: Frame, instr: Instr, e: Evaluator): Place | Stop | Mistake {
  const done = (set: readonly [string, Value] | null): Place | Stop | Mistake => {
    const stop = e.stop();
    return stop === null ? moved(place, { at: frame.at + 1 }, set) : 'why' in stop ? stop : { need: stop, place };
  };
  switch (instr.op) {
    case 'declare': {
      const env = new Map(frame.env);
      env.delete(instr.name);
      return moved({ ...place, frames: [...place.frames.slice(0, -1), { ...frame, env }] }, { at: frame.at + 1 });
    }
    case 'use':
      e.value(instr.value);
      return done(null);
    case 'havoc':
      return mistake(frame, instr.line, `not understood: ${instr.why}`);
    case 'assign': {
      const value = e.value(instr.from);
      const alias = instr.to.k === 'id' ? frame.env.get(`&${instr.to.name}`) : undefined;
      if (instr.to.k === 'id' && alias === undefined && isLocal(frame, instr.to.name)) return done([instr.to.name, value]);
      const to = e.place(instr.to);
      const stop = e.stop();
      if (stop !== null) return 'why' in stop ? stop : { need: stop, place };
      const local = localOf(to);
      if (local !== null) return moved(setIn(place, local.depth, local.name, value), { at: frame.at + 1 });
      const location = locationOf(to);
      const kind = location === null ? null : script.memory.locations[location]?.kind;
      if (location === null || (kind !== 'scalar' && kind !== 'count'))
        return mistake(frame, instr.line, 'only variables and fields of plain types can be assigned');
      return { need: { k: 'write', location, value }, place };
    }
    case 'call':
      return call(script, place, frame, instr, e);
  }
}

function setIn(place: Place, depth: number, name: string, value: Value): Place {
  return { ...place, frames: place.frames.map((f, i) => (i === depth ? { ...f, env: new Map([...f.env, [name, value]]) } : f)) };
}

function call(script: Script, place: Place, frame: Frame, instr: Extract<Instr, { op: 'call' }>, e: Evaluator): Place | Stop | Mistake {
  const pointer = instr.callee === null && instr.target !== null ? e.value(instr.target) : null;
  const name = instr.callee ?? (typeof pointer === 'string' && pointer.startsWith('=') ? pointer.slice(1) : null);
  if (name === null) {
    const stop = e.stop();
    return stop === null ? mistake(frame, instr.line, 'a call through a pointer that is no function') : 'why' in stop ? stop : { need: stop, place };
  }
  const routine = script.routines.get(name);
  if (routine === undefined) {
    if (!script.words.has(name)) return mistake(frame, instr.line, `${name}() has no body here and is no word of the model`);
    const all = instr.args.map((a) => e.value(a));
    const message = all.flatMap((a) => textOf(a) ?? []).join('');
    const args = all.filter((a) => textOf(a) === null);
    const stop = e.stop();
    if (stop === null && name === HOLDS && isTrue(args[0] ?? 0)) return moved(place, { at: frame.at + 1 });
    return stop === null ? { need: { k: 'word', name, args, message }, place } : 'why' in stop ? stop : { need: stop, place };
  }
  if (place.frames.length >= MAX_FRAMES) return mistake(frame, instr.line, `${name}(): calls are nested too deeply, or call themselves`);
  const { params } = routine.fn;
  if (instr.args.length !== params.length && !routine.fn.variadic)
    return mistake(frame, instr.line, `${name}() takes ${params.length} arguments, not ${instr.args.length}`);
  const env = new Map<string, Value>();
  for (const [i, p] of params.entries()) {
    const arg = instr.args[i];
    if (arg === undefined) continue;
    // A macro's parameter is the argument itself: it can be assigned to.
    const at = routine.fn.kind === 'macro' && isLvalue(arg, frame) ? e.place(arg) : null;
    if (at !== null) env.set(`&${p.name}`, at);
    else env.set(p.name, e.value(arg));
  }
  const stop = e.stop();
  if (stop !== null) return 'why' in stop ? stop : { need: stop, place };
  return { frames: [...place.frames, { routine, block: 0, at: 0, env, to: instr.to }], reads: [], phase: 0 };
}

const isLvalue = (e: Expr, frame: Frame): boolean =>
  e.k === 'member' || (e.k === 'unary' && e.op === '*') || (e.k === 'id' && !e.name.startsWith('%') && (isLocal(frame, e.name) || frame.env.has(`&${e.name}`)));

interface Evaluator {
  readonly value: (e: Expr) => Value;
  readonly place: (e: Expr) => Value;
  /** The first thing that evaluation ran into, or null. */
  readonly stop: () => Need | Mistake | null;
}

function evaluator(script: Script, place: Place, fixed: (location: number) => Value | null): Evaluator {
  const frame = place.frames.at(-1);
  const depth = place.frames.length - 1;
  const { memory } = script;
  let stopped: Need | Mistake | null = null;
  let used = 0;
  const fail = (x: Need | Mistake): Value => {
    stopped ??= x;
    return 0;
  };
  const wrong = (message: string): Value => fail({ k: 'wrong', message });
  const no = (e: Expr, why: string): Value => fail(mistake(frame, 'line' in e ? e.line : 0, why));
  const load = (at: Value, e: Expr): Value => {
    if (stopped !== null) return 0;
    const local = localOf(at);
    if (local !== null) return place.frames[local.depth]?.env.get(local.name) ?? wrong(`reads ${local.name} before it is set`);
    const location = memory.locations[locationOf(at) ?? -1];
    if (location === undefined) return wrong(at === 0 ? 'follows a null pointer' : 'follows a pointer that is none');
    if (location.kind !== 'scalar' && location.kind !== 'count') return no(e, `${location.name} has no value of its own`);
    const known = fixed(location.id);
    if (known !== null) return known;
    const before = place.reads[used];
    if (before === undefined) return fail({ k: 'read', location: location.id });
    used++;
    return before;
  };
  const field = (base: Value, name: string, e: Expr): Value => {
    if (stopped !== null) return 0;
    const location: Location | undefined = memory.locations[locationOf(base) ?? -1];
    if (location === undefined)
      return wrong(
        base === 0
          ? `follows a null pointer for ${name}`
          : typeof base === 'string' && base.includes('+')
            ? `follows a tagged pointer for ${name}`
            : `follows a pointer that is none for ${name}`,
      );
    const at = location.fields.get(name);
    if (at === undefined)
      return isPointer(e) && memory.locations.some((l) => l.fields.has(name))
        ? wrong(`takes ${location.name} (${location.type}) for something with a field ${name}`)
        : no(e, `${location.name} has no field ${name}`);
    return addressOf(at);
  };
  const lvalue = (e: Expr): Value => {
    if (stopped !== null) return 0;
    switch (e.k) {
      case 'id': {
        const alias = frame?.env.get(`&${e.name}`);
        if (alias !== undefined) return alias;
        const global = memory.globals.get(e.name);
        return isLocal(frame, e.name) ? localAddress(depth, e.name) : global === undefined ? no(e, `${e.name} is not declared`) : addressOf(global);
      }
      case 'member':
        return field(e.arrow ? value(e.obj) : lvalue(e.obj), e.field, e);
      case 'unary':
        return e.op === '*' ? value(e.arg) : no(e, 'not a place in memory');
      case 'cast':
        return lvalue(e.arg);
      default:
        return no(e, 'not a place in memory that the model knows');
    }
  };
  const value = (e: Expr): Value => {
    if (stopped !== null) return 0;
    switch (e.k) {
      case 'num':
        return e.value | 0;
      case 'str':
        return quoted(e.text);
      case 'cast':
        return value(e.arg);
      case 'id': {
        const local = frame?.env.get(e.name);
        if (local !== undefined) return local;
        const alias = frame?.env.get(`&${e.name}`);
        if (alias !== undefined) return load(alias, e);
        if (isLocal(frame, e.name)) return wrong(`reads ${e.name} before it is set`);
        const global = memory.globals.get(e.name);
        if (global !== undefined) return load(addressOf(global), e);
        const constant = script.constants.get(e.name);
        if (constant !== undefined) return constant;
        if (script.routines.has(e.name)) return functionAddress(e.name);
        return no(e, `${e.name} is not declared`);
      }
      case 'unary': {
        if (e.op === '&') return lvalue(e.arg);
        if (e.op === '*') return load(value(e.arg), e);
        const a = value(e.arg);
        return unary(e.op, a) ?? no(e, `${e.op} of an address`);
      }
      case 'binary': {
        const a = value(e.left);
        const b = value(e.right);
        return stopped !== null ? 0 : (binary(e.op, a, b) ?? no(e, `"${e.op}" of an address has no meaning here`));
      }
      case 'member':
        return load(lvalue(e), e);
      default:
        return no(e, `not understood: ${e.k === 'opaque' ? e.text : e.k}`);
    }
  };
  return { value, place: lvalue, stop: () => stopped };
}

/** Through a pointer the mistake may be the program's; a name that nothing has is its author's. */
const isPointer = (e: Expr): boolean => e.k === 'member' && e.arrow;

function isLocal(frame: Frame | undefined, name: string): boolean {
  return name.startsWith('%') || frame?.routine.locals.has(name) === true;
}
