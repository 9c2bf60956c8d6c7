import type { Action } from '../primitives.js';
import type { Actor, Point } from '../verdict.js';
import { completed, lineAt, mistake, placeKey, runLocal, type Frame, type Need, type Place, type Script, type Stop } from './local.js';
import type { Mistake } from './memory.js';
import type { Value } from './value.js';
import { aliveFor, leftovers, waysOf, type Stage } from './words.js';

/** What the scalars can hold, as far as is known, and who writes them. Grows until nothing new is found. */
export interface Domains {
  /** Values in the order of discovery; the first is the initial one. */
  readonly values: Map<number, Value[]>;
  readonly written: Set<number>;
}

/** Where a step leads, under which condition, doing what. */
export interface Branch {
  readonly place: Place;
  readonly guards: readonly (readonly [cell: number, code: number])[];
  /** Conditions beyond comparing a scalar with a value. */
  readonly guard: string;
  readonly asserts: Action['asserts'];
  readonly sets: Action['sets'];
  readonly waits: string | null;
  readonly choice: string | null;
  /** What this very step has written or read. */
  readonly known: ReadonlyMap<number, Value>;
  readonly failed: boolean;
}

export interface Built {
  readonly actor: Actor;
  readonly ends: boolean;
}

const COUNT_MAX = 7;
const MAX_VALUES = 40;
const MAX_POINTS = 6_000;
const MAX_BRANCHES = 4_000;

export function codeOf(script: Script, domains: Domains, location: number, value: Value): number {
  const values = domains.values.get(location) ?? [];
  const plain = script.memory.locations[location]?.kind === 'count' || values.every((v) => typeof v === 'number' && v >= 0 && v < 256);
  if (plain) return Number(value);
  if (!values.includes(value)) values.push(value);
  return values.indexOf(value);
}

/** Lets a function run as actor `i`: one point for each of its states in which it does something that others can see. */
export function buildActor(
  script: Script,
  stage: Stage,
  domains: Domains,
  i: number,
  start: Place,
  texts: ReadonlyMap<string, readonly string[]>,
): Built | Mistake {
  const root = start.frames[0];
  const file = root?.routine.file ?? '';
  const points: { -readonly [K in keyof Point]: Point[K] }[] = [];
  const ids = new Map<string, number>();
  const queue: Stop[] = [];
  let ends = false;
  const intern = (stop: Stop): number => {
    const key = stop.need.k === 'end' ? 'end' : placeKey(stop.place);
    const known = ids.get(key);
    if (known !== undefined) return known;
    const where = shown(stop.place);
    const line = stop.need.k === 'end' ? (root?.routine.fn.endLine ?? 0) : where === undefined ? 0 : lineAt(where);
    const text = stop.need.k === 'end' ? 'ends' : lineText(texts.get(file)?.[line - 1] ?? '');
    const id = points.push({ line, text, waits: null, alts: [] }) - 1;
    ids.set(key, id);
    queue.push(stop);
    return id;
  };
  const first = settle(script, domains, stage.freeable, start);
  if ('why' in first) return first;
  intern(first);
  for (let next = 0; next < queue.length; next++) {
    const stop = queue[next];
    const point = points[next];
    if (stop === undefined || point === undefined) break;
    if (points.length > MAX_POINTS) return mistake(stop.place.frames.at(-1), point.line, 'this actor has too many states: some variable counts without end');
    if (stop.need.k === 'end') {
      ends = true;
      point.alts = [{ guard: '1', asserts: leftovers(stage, i), sets: [], to: -1, choice: null }];
      continue;
    }
    const branches = step(script, stage, domains, i, stop);
    if ('why' in branches) return branches;
    point.waits = branches.find((b) => b.waits !== null)?.waits ?? null;
    const ways: { readonly b: Branch; readonly to: number }[] = [];
    for (const b of branches) {
      const after = b.failed ? null : settle(script, domains, stage.freeable, b.place);
      if (after !== null && 'why' in after) return after;
      ways.push({ b, to: after === null ? -1 : intern(after) });
    }
    point.alts = joined(script, stage, domains, ways);
  }
  return {
    actor: { name: stage.cast[i] ?? '', file, points: points.map((p) => ({ ...p, alts: p.alts.map((a) => ({ ...a, to: a.to < 0 ? points.length : a.to })) })) },
    ends,
  };
}

/** On to the next thing that others can see. */
export function settle(script: Script, domains: Domains, freeable: ReadonlySet<number>, place: Place): Stop | Mistake {
  return runLocal(script, place, (l) => fixed(script, domains, freeable, l));
}

/** What a location holds for good. In memory that may be freed, looking is something to be seen. */
function fixed(script: Script, domains: Domains, freeable: ReadonlySet<number>, l: number): Value | null {
  return domains.written.has(l) || freeable.has(script.memory.locations[l]?.object ?? -1) ? null : (script.memory.initial.get(l) ?? 0);
}

/** Everything one atomic step can do: a single access, or all of an atomic function. */
export function step(script: Script, stage: Stage, domains: Domains, i: number, from: Stop): readonly Branch[] | Mistake {
  const floor = from.place.frames.findIndex((f) => f.routine.atomic);
  const waiting = isWaiting(from.place);
  const done: Branch[] = [];
  const work: { readonly b: Branch; readonly need: Need; readonly first: boolean }[] = [
    {
      b: { place: from.place, guards: [], guard: '1', asserts: [], sets: [], waits: null, choice: null, known: new Map(), failed: false },
      need: from.need,
      first: true,
    },
  ];
  for (let here = work.shift(); here !== undefined; here = work.shift()) {
    const { b, need } = here;
    if (need.k === 'end' || need.k === 'left') {
      done.push(b);
      continue;
    }
    if (work.length + done.length > MAX_BRANCHES) return mistake(b.place.frames.at(-1), 0, 'this step can go too many ways');
    const ways = access(script, stage, domains, i, b, need, here.first, floor >= 0 || waiting);
    if ('why' in ways) return ways;
    for (const w of ways) {
      if (w.failed || (floor < 0 && !(waiting && need.k === 'read'))) {
        done.push(w);
        continue;
      }
      const next = runLocal(script, w.place, (l) => w.known.get(l) ?? fixed(script, domains, stage.freeable, l), Math.max(0, floor));
      if ('why' in next) return next;
      work.push({ b: { ...w, place: next.place }, need: next.need, first: false });
    }
  }
  return done;
}

/** Waiting for a condition looks at it and goes on in one step. */
function isWaiting(place: Place): boolean {
  const top = place.frames.at(-1);
  const instr = top?.routine.cfg.blocks[top.block]?.instrs[top.at];
  return instr?.op === 'call' && instr.callee === 'model_await';
}

function access(
  script: Script,
  stage: Stage,
  domains: Domains,
  i: number,
  b: Branch,
  need: Need,
  first: boolean,
  atomic: boolean,
): readonly Branch[] | Mistake {
  const frame = b.place.frames.at(-1);
  const who = stage.cast[i] ?? '';
  switch (need.k) {
    case 'end':
    case 'left':
      return [b];
    case 'wrong':
      return [{ ...b, asserts: [...b.asserts, { expr: '0', message: `${who} ${need.message}` }], failed: true }];
    case 'read': {
      const alive = touching(script, stage, i, b, need.location);
      return domainOf(script, domains, need.location).map((v) => ({
        ...b,
        asserts: alive,
        guards: [...b.guards, [need.location, codeOf(script, domains, need.location, v)] as const],
        known: new Map([...b.known, [need.location, v]]),
        place: { ...b.place, reads: [...b.place.reads, ...(atomic ? [] : [v])] },
      }));
    }
    case 'write': {
      if (!learn(script, domains, need.location, need.value))
        return mistake(
          frame,
          frame === undefined ? 0 : lineAt(frame),
          `${script.memory.locations[need.location]?.name} takes more than ${MAX_VALUES} different values; what counts up and down is an atomic_t`,
        );
      const cell = script.memory.locations[need.location]?.name ?? '';
      return [
        {
          ...b,
          asserts: touching(script, stage, i, b, need.location),
          sets: [...b.sets.filter((s) => s.cell !== cell), { cell, expr: String(codeOf(script, domains, need.location, need.value)) }],
          known: new Map([...b.known, [need.location, need.value]]),
          place: nextAfterWrite(b.place),
        },
      ];
    }
    case 'word': {
      const ways = waysOf(stage, i, need.name, need.args, need.message, b.place.phase);
      const line = frame === undefined ? 0 : lineAt(frame);
      if (typeof ways === 'string') return mistake(frame, line, ways);
      const target = typeof need.args[0] === 'string' && /^@\d+$/.test(need.args[0]) ? Number(need.args[0].slice(1)) : null;
      const asserts = target === null || need.name.startsWith('model_free') || need.name === 'model_alloc' ? b.asserts : touching(script, stage, i, b, target);
      const moves = ways.some((w) => w.action.guard !== '1' && b.sets.length > 0 && !first);
      if (moves) return mistake(frame, line, `${need.name}() looks at what this atomic function has already changed; take it out of the function`);
      if (ways.some((w) => w.queued) && atomic) return mistake(frame, line, `${need.name}() waits in two steps and cannot be part of an atomic function`);
      return ways.map((w) => ({
        ...b,
        guard: both(b.guard, w.action.guard),
        asserts: [...asserts, ...w.action.asserts],
        sets: [...b.sets, ...w.action.sets],
        waits: b.waits ?? w.action.waits,
        choice: w.choice ?? b.choice,
        failed: w.action.asserts.some((a) => a.expr === '0'),
        place: w.queued ? { ...b.place, phase: 1 } : completed(b.place, w.result),
      }));
    }
  }
}

/** An assignment is done; it has no result. */
function nextAfterWrite(place: Place): Place {
  return { frames: place.frames.map((f, k) => (k === place.frames.length - 1 ? { ...f, at: f.at + 1 } : f)), reads: [], phase: 0 };
}

function touching(script: Script, stage: Stage, i: number, b: Branch, location: number): Branch['asserts'] {
  const object = script.memory.locations[location]?.object ?? -1;
  if (!stage.freeable.has(object)) return b.asserts;
  const expr = aliveFor(stage, object, i);
  return b.asserts.some((a) => a.expr === expr)
    ? b.asserts
    : [...b.asserts, { expr, message: `${stage.cast[i]} uses ${script.memory.locations[object]?.name} after it was freed` }];
}

function domainOf(script: Script, domains: Domains, location: number): readonly Value[] {
  if (script.memory.locations[location]?.kind === 'count') return Array.from({ length: COUNT_MAX + 1 }, (_, n) => n);
  return domains.values.get(location) ?? [script.memory.initial.get(location) ?? 0];
}

function learn(script: Script, domains: Domains, location: number, value: Value): boolean {
  domains.written.add(location);
  const values = domains.values.get(location) ?? [script.memory.initial.get(location) ?? 0];
  if (!values.includes(value)) values.push(value);
  domains.values.set(location, values);
  return values.length <= MAX_VALUES;
}

/** Alternatives that do the same and lead to the same place are one. */
function joined(script: Script, stage: Stage, domains: Domains, ways: readonly { readonly b: Branch; readonly to: number }[]): Point['alts'] {
  const groups = new Map<string, { readonly b: Branch; readonly to: number }[]>();
  for (const w of ways) {
    const key = JSON.stringify([w.to, w.b.guard, w.b.asserts, w.b.sets, w.b.choice]);
    groups.set(key, [...(groups.get(key) ?? []), w]);
  }
  return [...groups.values()].map((group) => {
    const { b, to } = group[0] as { b: Branch; to: number };
    return {
      guard: both(
        anyOf(
          script,
          stage,
          domains,
          group.map((g) => g.b),
        ),
        b.guard,
      ),
      asserts: b.asserts,
      sets: b.sets,
      to,
      choice: b.choice,
    };
  });
}

function anyOf(script: Script, _stage: Stage, domains: Domains, group: readonly Branch[]): string {
  if (group.some((b) => b.guards.length === 0)) return '1';
  const [cell] = group[0]?.guards[0] ?? [-1];
  const name = (c: number): string => script.memory.locations[c]?.name ?? '';
  if (group.every((b) => b.guards.length === 1 && b.guards[0]?.[0] === cell)) {
    const codes = new Set(group.map((b) => b.guards[0]?.[1] ?? 0));
    const others = domainOf(script, domains, cell)
      .map((v) => codeOf(script, domains, cell, v))
      .filter((c) => !codes.has(c));
    if (others.length === 0) return '1';
    if (others.length < codes.size) return others.map((c) => `${name(cell)} != ${c}`).join(' && ');
    return [...codes].map((c) => `${name(cell)} == ${c}`).join(' || ');
  }
  return [...new Set(group.map((b) => b.guards.map(([c, code]) => `${name(c)} == ${code}`).join(' && ')))].map((g) => `(${g})`).join(' || ');
}

/** Both conditions. */
export function both(a: string, b: string): string {
  return a === '1' ? b : b === '1' ? a : `(${a}) && (${b})`;
}

/** The innermost place in the user's own text. */
function shown(place: Place): Frame | undefined {
  return place.frames.findLast((f) => f.routine.own) ?? place.frames.at(-1);
}

function lineText(line: string): string {
  return line
    .replace(/\/\*.*?\*\/|\/\/.*$/g, '')
    .replace(/\/\*.*$/, '')
    .replace(/[;{\s]+$/, '')
    .trim();
}
