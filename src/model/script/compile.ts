import type { CFile } from '../../parse/c/ast.js';
import type { Gap } from '../../parse/gap.js';
import { buildCfg } from '../../cfg/build.js';
import { program as makeProgram, type Cell } from '../primitives.js';
import type { Program } from '../verdict.js';
import { buildActor, codeOf, settle, step, type Branch, type Domains } from './actor.js';
import { withInterrupts } from './interrupt.js';
import { liveAt } from './live.js';
import { completed, lineAt, mistake, runLocal, type Place, type Routine, type Script } from './local.js';
import { layOut, type Mistake } from './memory.js';
import { locationOf, type Value } from './value.js';
import { variantOf } from './variant.js';
import { partsOf, stageOf, WORDS, type Stage } from './words.js';

export interface Text {
  readonly path: string;
  readonly text: string;
}

/** The C front end, which enters as an argument. */
export type ReadC = (path: string, text: string) => { readonly file: CFile; readonly gaps: readonly Gap[] };

interface Parsed {
  readonly file: CFile;
  readonly text: string;
}

/** A scenario as a program, with what a person needs to read its states. */
export interface Compiled {
  readonly program: Program;
  /** Cells whose numbers stand for something: the names, by number. */
  readonly meanings: ReadonlyMap<string, readonly string[]>;
  /** Bounds that the scenario itself sets. */
  readonly actors: readonly string[];
}

/** `interrupts`: the actor on whose processor it runs. */
interface Cast {
  readonly name: string;
  readonly place: Place;
  readonly interrupts: number | null;
}

const ENTRY = 'scenario';
const ROUNDS = 60;

/**
 * Compiles `scenario()` of the user's file: what stands before the first `model_run()` is the initial state, each
 * `model_run()` starts an actor, what stands after `model_end()` must hold when every actor has ended. `library`: the
 * model's own headers, whose lines are not shown. `defined`: names for `#ifdef`.
 */
export function compileScenario(source: Text, headers: readonly Text[], defined: ReadonlySet<string>, readC: ReadC): Compiled | Mistake {
  const names = new Set([...defined].map((d) => d.replace(/=.*/, '')));
  const variant = variantOf(source.path, source.text, names);
  if ('why' in variant) return variant;
  const read = readC(source.path, variant.text);
  const [gap] = read.gaps;
  if (gap !== undefined) return { file: source.path, line: Number(/line (\d+)/.exec(gap.why)?.[1] ?? 1), why: gap.why.replace(/^line \d+: /, '') };
  const user = { file: read.file, text: source.text };
  const library = headers.map((h) => ({ file: readC(h.path, h.text).file, text: h.text }));
  const script = scriptOf(user, library, defined);
  if ('why' in script) return script;
  const entry = script.routines.get(ENTRY);
  if (entry === undefined) return { file: user.file.path, line: 1, why: `no function ${ENTRY}(): it starts the actors with model_run()` };
  const opened = open(script, entry);
  if ('why' in opened) return opened;
  const { cast, after } = opened;
  if (cast.length === 0) return { file: user.file.path, line: entry.fn.line, why: `${ENTRY}() starts no actor: model_run(function)` };
  const texts = new Map([user, ...library].map((t) => [t.file.path, t.text.split('\n')]));
  const domains: Domains = { values: new Map(), written: new Set() };
  const freeable = new Set<number>();
  const used: Stage['used'] = new Set();
  const size = (): string => `${[...domains.values].map(([k, v]) => `${k}:${v.length}`).join()} ${domains.written.size} ${freeable.size} ${used.size}`;
  for (let round = 0; round < ROUNDS; round++) {
    const before = size();
    const stage = stageOf(
      script.memory,
      cast.map((c) => c.name),
      freeable,
      used,
    );
    const actors = [];
    for (const [i, c] of cast.entries()) {
      const built = buildActor(script, stage, domains, i, c.place, texts);
      if ('why' in built) return built;
      actors.push(built.actor);
    }
    const final = after === null ? [] : finalOf(script, stage, domains, after);
    if ('why' in final) return final;
    if (size() !== before) continue;
    const meanings = new Map([...domains.written].flatMap((l) => meaningOf(script, domains, l)));
    const interrupts = cast.flatMap((c, i) =>
      c.interrupts === null ? [] : [{ handler: i, victim: c.interrupts, line: c.place.frames[0]?.routine.fn.line ?? 0 }],
    );
    if (interrupts.length > 0) stage.used.add('irq');
    const all = withInterrupts(actors, interrupts);
    return {
      program: makeProgram(user.file.path, [{ cells: cellsOf(script, domains), waits: [], final: [] }, ...partsOf(stage), ...all.parts], all.actors, final),
      meanings,
      actors: cast.map((c) => c.name),
    };
  }
  return { file: user.file.path, line: entry.fn.line, why: 'some variable keeps taking new values' };
}

function scriptOf(user: Parsed, library: readonly Parsed[], defined: ReadonlySet<string>): Script | Mistake {
  // What the user's file defines replaces what the headers say.
  const routines = new Map<string, Routine>();
  for (const { file } of [...library, user])
    for (const fn of file.functions) {
      if (fn.body === null || fn.variant !== 0) continue;
      const { cfg } = buildCfg(fn);
      const locals = new Set(fn.params.map((p) => p.name));
      for (const b of cfg.blocks) for (const i of b.instrs) if (i.op === 'declare') locals.add(i.name);
      if (fn.damaged) return { file: file.path, line: fn.line, why: `${fn.name}() cannot be read` };
      routines.set(fn.name, {
        fn,
        cfg,
        live: liveAt(cfg),
        file: file.path,
        own: file === user.file,
        atomic: fn.attributes.some((a) => a.name === '__atomic'),
        locals,
      });
    }
  const constants = new Map([...library, user].flatMap(({ file }) => [...file.constants].flatMap(([n, v]) => (v === null ? [] : [[n, v] as const]))));
  for (const d of defined) {
    const m = /^(\w+)(?:=(\d+))?$/.exec(d);
    if (m?.[1] !== undefined) constants.set(m[1], Number(m[2] ?? 1));
  }
  const memory = layOut([user.file, ...library.map((l) => l.file)], constants, new Set(routines.keys()));
  return 'why' in memory ? memory : { routines, constants, memory, words: new Set(WORDS.keys()) };
}

/** Runs `scenario()` up to its end of the cast, in one go: nobody else is there yet. */
function open(script: Script, entry: Routine): { readonly cast: readonly Cast[]; readonly after: Place | null } | Mistake {
  const cast: Cast[] = [];
  let place: Place = { frames: [{ routine: entry, block: 0, at: 0, env: new Map(), to: null }], reads: [], phase: 0 };
  const { initial } = script.memory;
  for (let steps = 0; steps < 2_000; steps++) {
    const stop = runLocal(script, place, (l) => initial.get(l) ?? 0);
    if ('why' in stop) return stop;
    const frame = stop.place.frames.at(-1);
    const line = frame === undefined ? entry.fn.line : lineAt(frame);
    const { need } = stop;
    if (need.k === 'end') return { cast, after: null };
    if (need.k === 'wrong') return mistake(frame, line, `${ENTRY}() ${need.message}`);
    if (need.k === 'write') {
      if (cast.length > 0) return mistake(frame, line, 'the initial state is set before the first model_run()');
      initial.set(need.location, need.value);
      place = { frames: stop.place.frames.map((f, k) => (k === stop.place.frames.length - 1 ? { ...f, at: f.at + 1 } : f)), reads: [], phase: 0 };
      continue;
    }
    if (need.k === 'word' && need.name === 'model_end') return { cast, after: completed(stop.place, 0) };
    if (need.k !== 'word' || (need.name !== 'model_run' && need.name !== 'model_interrupt'))
      return mistake(frame, line, `${ENTRY}() sets the initial state, starts actors with model_run() and ends them with model_end(); nothing else runs here`);
    if (need.name === 'model_interrupt' && cast.length === 0) return mistake(frame, line, 'model_interrupt() comes after the model_run() that it interrupts');
    const [fn = 0, ...args] = need.args;
    const routine = typeof fn === 'string' && fn.startsWith('=') ? script.routines.get(fn.slice(1)) : undefined;
    if (routine === undefined) return mistake(frame, line, `${need.name}() wants a function of this file`);
    if (args.length !== routine.fn.params.length)
      return mistake(frame, line, `${routine.fn.name}() takes ${routine.fn.params.length} arguments, not ${args.length}`);
    const same = cast.filter((c) => c.name === routine.fn.name || c.name.startsWith(`${routine.fn.name} `)).length;
    const env = new Map<string, Value>(routine.fn.params.map((p, k) => [p.name, args[k] ?? 0]));
    cast.push({
      name: same === 0 ? routine.fn.name : `${routine.fn.name} ${same + 1}`,
      place: { frames: [{ routine, block: 0, at: 0, env, to: null }], reads: [], phase: 0 },
      interrupts: need.name === 'model_run' ? null : cast.findLastIndex((c) => c.interrupts === null),
    });
    place = completed(stop.place, 0);
  }
  return mistake(place.frames.at(-1), entry.fn.line, `${ENTRY}() does not come to its end`);
}

/** What must hold at the end: every way through the rest of `scenario()`, each that fails a condition against its state. */
function finalOf(script: Script, stage: Stage, domains: Domains, after: Place): Program['final'] | Mistake {
  const out: { expr: string; message: string }[] = [];
  const atomic: Place = { ...after, frames: after.frames.map((f) => ({ ...f, routine: { ...f.routine, atomic: true } })) };
  const first = settle(script, domains, new Set(), atomic);
  if ('why' in first) return first;
  const branches: readonly Branch[] | Mistake = step(
    script,
    { ...stage, cast: [...stage.cast, 'at the end'], freeable: new Set() },
    domains,
    stage.cast.length,
    first,
  );
  if ('why' in branches) return branches;
  for (const b of branches) {
    const broken = b.asserts.find((a) => a.expr === '0');
    if (broken === undefined) continue;
    const cond = [...b.guards.map(([c, code]) => `${script.memory.locations[c]?.name} == ${code}`), ...(b.guard === '1' ? [] : [`(${b.guard})`])].join(' && ');
    out.push({ expr: cond === '' ? '0' : `!(${cond})`, message: broken.message });
  }
  return out;
}

function cellsOf(script: Script, domains: Domains): readonly Cell[] {
  return [...domains.written]
    .sort((a, b) => a - b)
    .map((l) => {
      const { name, kind } = script.memory.locations[l] ?? { name: '', kind: 'scalar' };
      const values = domains.values.get(l) ?? [];
      const most = kind === 'count' ? 7 : Math.max(1, ...values.map((v) => codeOf(script, domains, l, v)));
      return { name, bits: 32 - Math.clz32(most), init: codeOf(script, domains, l, script.memory.initial.get(l) ?? 0), owner: null };
    });
}

function meaningOf(script: Script, domains: Domains, l: number): readonly (readonly [string, readonly string[]])[] {
  const values = domains.values.get(l) ?? [];
  if (values.every((v) => typeof v === 'number' && v >= 0)) return [];
  const say = (v: Value): string => {
    if (typeof v === 'number') return v === 0 ? 'NULL' : String(v);
    const at = locationOf(v.replace(/\+.*/, ''));
    const tag = /\+(\d+)/.exec(v)?.[1];
    return `${at === null ? v.slice(1) : `&${script.memory.locations[at]?.name}`}${tag === undefined ? '' : ` | ${tag}`}`;
  };
  return [[script.memory.locations[l]?.name ?? '', values.map(say)]];
}
