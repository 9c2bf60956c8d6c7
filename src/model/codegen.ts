import type { Program } from './verdict.js';
import { canonical, type Block } from './canonical.js';
import { CELL_NAME, cellsOf, parseExpression, type Expression } from './expression.js';
import type { Symmetry } from './symmetry.js';

/** What the generated explorer returns. Indices into `parent` and `via` are states in order of discovery. */
export interface RawResult {
  readonly states: number;
  readonly transitions: number;
  /** The failing state, or the state in which `transition` fails; -1 when nothing failed. */
  readonly at: number;
  readonly kind: '' | 'assert' | 'stuck' | 'cycle' | 'final';
  /** The failing transition and its assertion, or (`final`) the violated condition; -1. */
  readonly transition: number;
  readonly which: number;
  /** Some transition that would have left a cell's range, -1 when there was none. */
  readonly over: number;
  readonly full: boolean;
  readonly parent: Int32Array;
  readonly via: Uint16Array;
  readonly store: Int32Array;
  /** 1 for each transition that was taken at least once. */
  readonly hit: Uint8Array;
  readonly bytes: number;
}

export interface Compiled {
  readonly words: number;
  readonly transitions: readonly { readonly actor: number; readonly point: number; readonly alt: number }[];
  /** Explores breadth first, keeping at most `cap` states. */
  readonly run: (cap: number) => RawResult;
  /** Bytes of generated source. */
  readonly size: number;
}

export interface CompileOptions {
  /** Counters that go up and down by one get one bit; where that is too little, the search says that a cell left its range. */
  readonly narrow: boolean;
  /** Of states that differ only in which of several alike actors is which, one is kept. */
  readonly symmetry: Symmetry | null;
}

const PLAIN: CompileOptions = { narrow: false, symmetry: null };

/** `bits` 0: nobody writes the cell, it is its initial value. */
export interface Field {
  readonly name: string;
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  readonly init: number;
}

const MAX_BITS = 16;
const MAX_ACTORS = 16;
const MAX_TRANSITIONS = 0xffff;
const SEED = 0x9e3779b1 | 0;
/** The bits of a table entry that hold a state's index and one; the others hold a part of its hash, which spares a look at most states that are not meant. */
const INDEX = 2 ** 25 - 1;
/** Successors are looked up this many at a time: first all places of the table are read, then all states they name, so that the memory works on several at once. */
const BATCH = 64;

/**
 * Turns a program into an explorer: the state packed into 32-bit words, one function per program point of each
 * actor, an open-addressing table of full keys. Returns the reason as text when the program is not valid; the
 * generated source holds nothing but integers, operators and the fixed frame below, whoever wrote the program.
 */
export function compile(program: Program, options: CompileOptions = PLAIN): Compiled | string {
  const layout = layOut(program, options);
  if (typeof layout === 'string') return layout;
  const invalid = check(program, layout.fields);
  if (invalid !== null) return invalid;
  const { source, transitions } = generate(program, layout, options.symmetry);
  if (transitions.length > MAX_TRANSITIONS) return 'too many transitions';
  const init = new Int32Array(layout.words);
  for (const f of layout.fields.values()) if (f.bits > 0) init[f.word] = (init[f.word] ?? 0) | (f.init << f.shift);
  const make = new Function('init', 'limit', 'hit', source) as (init: Int32Array, limit: number, hit: Uint8Array) => RawResult;
  return { words: layout.words, transitions, run: (cap) => make(init, Math.min(cap, INDEX - 1), new Uint8Array(transitions.length)), size: source.length };
}

interface Layout {
  readonly words: number;
  readonly fields: ReadonlyMap<string, Field>;
  readonly blocks: ReadonlyMap<number, readonly Block[]>;
}

export const pcName = (actor: number): string => `%pc${actor}`;

function layOut(program: Program, { narrow, symmetry }: CompileOptions): Layout | string {
  if (program.actors.length > MAX_ACTORS) return `more than ${MAX_ACTORS} actors`;
  const fields = new Map<string, Field>();
  const free: number[] = [];
  const take = (bits: number): Block => {
    let word = free.findIndex((n) => n >= bits);
    if (word < 0) word = free.push(32) - 1;
    const left = free[word] ?? 0;
    free[word] = left - bits;
    return { word, shift: 32 - left, bits };
  };
  const place = (name: string, bits: number, init: number): void => {
    fields.set(name, { name, ...take(bits), init });
  };
  const width = widths(program, narrow);
  const pcBits = (i: number): number => Math.max(1, 32 - Math.clz32(program.actors[i]?.points.length ?? 0));
  const byName = new Map(program.cells.map((c) => [c.name, c]));
  const blocks = new Map<number, readonly Block[]>();
  // What belongs to one of several alike actors lies together, so that two of them change places at once.
  for (const i of symmetry?.classes.flat() ?? []) {
    const own = (symmetry?.families ?? []).flatMap((f) => {
      const c = byName.get(`${f}.${i}`);
      const bits = Math.min(width.get(`${f}.${i}`) ?? 0, c?.bits ?? 0);
      return c === undefined || bits === 0 ? [] : [{ name: c.name, bits, init: c.init }];
    });
    const packs: { name: string; bits: number; init: number }[][] = [[]];
    for (const f of [{ name: pcName(i), bits: pcBits(i), init: 0 }, ...own]) {
      const last = packs.at(-1) ?? [];
      if (last.reduce((n, x) => n + x.bits, f.bits) <= 32) last.push(f);
      else packs.push([f]);
    }
    blocks.set(
      i,
      packs.map((pack) => {
        const block = take(pack.reduce((n, x) => n + x.bits, 0));
        let { shift } = block;
        for (const f of pack) {
          fields.set(f.name, { ...f, word: block.word, shift });
          shift += f.bits;
        }
        return block;
      }),
    );
  }
  program.actors.forEach((_, i) => {
    if (!fields.has(pcName(i))) place(pcName(i), pcBits(i), 0);
  });
  const seen = new Set<string>();
  for (const c of program.cells) {
    if (!CELL_NAME.test(c.name)) return `bad cell name "${c.name.slice(0, 60)}"`;
    if (seen.has(c.name)) return `cell ${c.name} declared twice`;
    seen.add(c.name);
    if (!Number.isInteger(c.bits) || c.bits < 1 || c.bits > MAX_BITS) return `cell ${c.name}: bits must be 1 to ${MAX_BITS}`;
    if (!Number.isInteger(c.init) || c.init < 0 || c.init >= 2 ** c.bits) return `cell ${c.name}: initial value out of range`;
    const bits = width.get(c.name) ?? 0;
    if (bits === 0) fields.set(c.name, { name: c.name, word: 0, shift: 0, bits: 0, init: c.init });
    else if (!fields.has(c.name)) place(c.name, Math.min(bits, c.bits), c.init);
  }
  return { words: Math.max(1, free.length), fields, blocks };
}

/** How many bits each cell needs that somebody writes: where only numbers are written, those decide. */
function widths(program: Program, narrow: boolean): ReadonlyMap<string, number> {
  const written = new Map<string, Set<string>>();
  for (const a of program.actors)
    for (const p of a.points) for (const alt of p.alts) for (const s of alt.sets) written.set(s.cell, (written.get(s.cell) ?? new Set()).add(s.expr));
  return new Map(
    program.cells.flatMap((c) => {
      const exprs = [...(written.get(c.name) ?? [])];
      if (exprs.length === 0) return [];
      const most = Math.max(
        c.init,
        ...exprs.map((e) => (/^\d{1,5}$/.test(e) ? Number(e) : narrow && (e === `${c.name} + 1` || e === `${c.name} - 1`) ? 1 : 2 ** c.bits - 1)),
      );
      return [[c.name, Math.max(1, 32 - Math.clz32(most))] as const];
    }),
  );
}

/** Every expression of the program parses and names only declared cells; every jump stays inside its actor. */
function check(program: Program, fields: ReadonlyMap<string, Field>): string | null {
  const expression = (text: string): string | null => {
    const parsed = parseExpression(text);
    if (!parsed.ok) return parsed.why;
    const unknown = cellsOf(parsed.expr).find((c) => !fields.has(c));
    return unknown === undefined ? null : `unknown cell ${unknown}`;
  };
  for (const f of program.final) {
    const why = expression(f.expr);
    if (why !== null) return why;
  }
  for (const w of program.waits) {
    if (w.blockers.length !== program.actors.length) return `wait ${w.name}: one blocker expression per actor`;
    for (const b of w.blockers) {
      const why = expression(b);
      if (why !== null) return why;
    }
  }
  const waits = new Set(program.waits.map((w) => w.name));
  for (const a of program.actors)
    for (const p of a.points) {
      if (p.waits !== null && !waits.has(p.waits)) return `unknown wait ${p.waits}`;
      for (const alt of p.alts) {
        if (!Number.isInteger(alt.to) || alt.to < 0 || alt.to > a.points.length) return `${a.name}: jump out of the program`;
        for (const text of [alt.guard, ...alt.asserts.map((x) => x.expr), ...alt.sets.map((x) => x.expr)]) {
          const why = expression(text);
          if (why !== null) return why;
        }
        for (const s of alt.sets) if (!fields.has(s.cell) || s.cell.startsWith('%')) return `unknown cell ${s.cell}`;
      }
    }
  return null;
}

function parsed(text: string): Expression {
  const p = parseExpression(text);
  return p.ok ? p.expr : { k: 'num', value: 0 };
}

function generate(program: Program, { words, fields, blocks }: Layout, symmetry: Symmetry | null): { source: string; transitions: Compiled['transitions'] } {
  const list = (p: string): string[] => Array.from({ length: words }, (_, i) => p + i);
  const ws = list('w');
  const ns = list('n');
  const args = ws.join();
  const transitions: { actor: number; point: number; alt: number }[] = [];
  const pc = (i: number): string => read(fields, pcName(i), 'w');
  const out: string[] = [];
  program.actors.forEach((actor, i) => {
    actor.points.forEach((point, p) => {
      let body = '';
      point.alts.forEach((alt, k) => {
        const t = transitions.push({ actor: i, point: p, alt: k }) - 1;
        const guard = truth(parsed(alt.guard), fields, 'w');
        body += guard === 'true' ? 'o:{e++;' : `o:if(${guard}){e++;`;
        alt.asserts.forEach((a, z) => {
          body += `if(!(${truth(parsed(a.expr), fields, 'w')})){fail(${t},${z});break o;}`;
        });
        body += `let ${ns.map((n, x) => `${n}=w${x}`).join()};`;
        for (const s of alt.sets) body += write(fields, s.cell, parsed(s.expr), t);
        body += `${write(fields, pcName(i), { k: 'num', value: alt.to }, t)}emit(${ns.join()},${t});}`;
      });
      out.push(`function e${i}_${p}(${args}){let e=0;${body}return e;}`);
    });
    const cases = actor.points.map((_, p) => `case ${p}:return e${i}_${p}(${args});`).join('');
    out.push(`function x${i}(${args}){switch(${pc(i)}){${cases}}return 0;}`);
  });
  const step = program.actors.map((a, i) => `r=x${i}(${args});en+=r;if(r===0&&${pc(i)}!==${a.points.length})blocked|=${1 << i};`).join('');
  const ended = program.actors.map((a, i) => `${pc(i)}===${a.points.length}`).join('&&') || 'true';
  const finals = program.final.map((f, z) => `if(!(${truth(parsed(f.expr), fields, 'w')}))return end("final",q,${z});`).join('');
  const load = ws.map((w, x) => `${w}=store[b+${x}];`).join('');
  const hash = (v: readonly string[]): string =>
    `let h=${SEED};${v.map((x) => `h=Math.imul(h^${x},0x85ebca6b);h^=h>>>15;`).join('')}h=Math.imul(h,0xc2b2ae35);h^=h>>>13;`;
  // A step that fails out of layer d makes a schedule of d + 1 steps, a state of layer d that fails makes one of d:
  // the rest of the layer is looked at before a failed assertion counts.
  const row = words + 3;
  const source = `"use strict";
let cap=Math.min(limit,512),store=new Int32Array(cap*${words}),parent=new Int32Array(cap),via=new Uint16Array(cap),table=new Int32Array(1024),mask=1023,room=700;
let count=0,cur=-1,trans=0,at=-1,kind="",transition=-1,which=-1,over=-1,full=false,pend=0;
const wait=new Int32Array(${row * (BATCH + transitions.length)}),seen=new Int32Array(${BATCH + transitions.length});
function fail(t,z){hit[t]=1;if(transition<0){at=cur;transition=t;which=z;}}
function end(k,q,z){flush();kind=k;at=q;transition=-1;which=z;return done();}
function done(){if(transition>=0)kind="assert";return{states:count,transitions:trans,at,kind,transition,which,over,full,parent,via,store,hit,bytes:store.byteLength+parent.byteLength+via.byteLength+table.byteLength};}
function slot(${args}){${hash(ws)}return h;}
function more(){const c=Math.min(limit,cap<4096?cap*4:cap+(cap>>1)),s=new Int32Array(c*${words}),p=new Int32Array(c),v=new Uint16Array(c);s.set(store);p.set(parent);v.set(via);store=s;parent=p;via=v;cap=c;}
function rehash(){mask=mask<8192?mask*4+3:mask*2+1;room=Math.floor((mask+1)*0.7);table=new Int32Array(mask+1);
for(let k=0,b=0;k<count;k++,b+=${words}){const h=slot(${ws.map((_, x) => `store[b+${x}]`).join()});let i=h&mask;while(table[i]!==0)i=(i+1)&mask;table[i]=h&${~INDEX}|k+1;}}
function emit(${ns.join()},t){${symmetry === null ? '' : canonical(symmetry, blocks, fields)}${hash(ns)}const p=pend*${row};${ns.map((n, x) => `wait[p+${x}]=${n};`).join('')}wait[p+${words}]=h;wait[p+${words + 1}]=t;wait[p+${words + 2}]=cur;pend++;}
function flush(){const n=pend*${row};trans+=pend;let near=0;
for(let p=${words},k=0;p<n;p+=${row},k++)seen[k]=table[wait[p]&mask];
for(let p=${words},k=0;p<n;p+=${row},k++){const e=seen[k];if(e!==0&&((e^wait[p])&${~INDEX})===0)near^=store[((e&${INDEX})-1)*${words}];}
for(let p=0;p<n;p+=${row})insert(${ws.map((_, x) => `wait[p+${x}]`).join()},wait[p+${words}],wait[p+${words + 1}],wait[p+${words + 2}]);
pend=0;return near;}
function insert(${ns.join()},h,t,from){hit[t]=1;const g=h&${~INDEX};let i=h&mask,e;
while((e=table[i])!==0){if((e&${~INDEX})===g){const b=((e&${INDEX})-1)*${words};if(${ns.map((n, x) => `store[b+${x}]===${n}`).join('&&')})return;}i=(i+1)&mask;}
if(count===cap){if(cap===limit){full=true;return;}more();}
table[i]=g|count+1;const b=count*${words};${ns.map((n, x) => `store[b+${x}]=${n};`).join('')}parent[count]=from;via[count]=t;if(++count>room)rehash();}
${out.join('\n')}
${cycleTest(program, fields, ws)}
{${ws.map((_, x) => `store[${x}]=init[${x}];`).join('')}parent[0]=-1;count=1;const b=0;let ${ws.join()};${load}const h=slot(${args});table[h&mask]=h&${~INDEX}|1;}
let ${ws.join()},layer=1;
for(let q=0;q<count;q++){if(q===layer){if(transition>=0)return done();layer=count;}cur=q;const b=q*${words};${load}let en=0,r=0,blocked=0;${step}
if(pend>=${BATCH}||q+1===layer||q+1===count)flush();
if(en===0){if(${ended}){${finals}}else return end(stuck(${args},blocked)?"cycle":"stuck",q,-1);}
else if(blocked!==0&&stuck(${args},blocked))return end("cycle",q,-1);
if(full)return done();}
return done();`;
  return { source, transitions };
}

/**
 * A blocked actor is stuck for good when some blocker of what it waits for is stuck or has ended. `blocked` has a bit for
 * each actor without an enabled step; actors that can never again be freed are those that survive the removal of every
 * blocked actor whose blockers all still run.
 */
function cycleTest(program: Program, fields: ReadonlyMap<string, Field>, ws: readonly string[]): string {
  const waiting = program.actors.map((a, i) => {
    const cases = a.points
      .map((p, k) => {
        const w = program.waits.find((x) => x.name === p.waits);
        if (w === undefined) return '';
        const edges = w.blockers
          .map((text, j) => {
            const cond = truth(parsed(text), fields, 'w');
            return cond === 'false' ? '' : `(${cond}?${1 << j}:0)`;
          })
          .filter((x) => x !== '');
        return edges.length === 0 ? '' : `case ${k}:d${i}=${edges.join('|')};break;`;
      })
      .join('');
    return cases === '' ? '' : `if(blocked&${1 << i})switch(${read(fields, pcName(i), 'w')}){${cases}}`;
  });
  const ended = program.actors.map((a, i) => `(${read(fields, pcName(i), 'w')}===${a.points.length}?${1 << i}:0)`).join('|') || '0';
  const names = program.actors.map((_, i) => `d${i}=0`).join();
  const narrow = program.actors.map((_, i) => `if((left&${1 << i})&&!(d${i}&(left|gone)))left&=${~(1 << i)};`).join('');
  return `function stuck(${ws.join()},blocked){let ${names || 'd=0'};${waiting.join('')}const gone=${ended};let left=blocked,was;do{was=left;${narrow}}while(left!==was);return left!==0;}`;
}

function read(fields: ReadonlyMap<string, Field>, name: string, p: string): string {
  const f = fields.get(name);
  if (f === undefined) return '0';
  if (f.bits === 0) return String(f.init);
  if (f.bits === 32) return `${p}${f.word}`;
  return f.shift === 0 ? `(${p}${f.word}&${maskOf(f)})` : `(${p}${f.word}>>>${f.shift}&${maskOf(f)})`;
}

function write(fields: ReadonlyMap<string, Field>, cell: string, value: Expression, t: number): string {
  const f = fields.get(cell);
  if (f === undefined) return '';
  const keep = ~(maskOf(f) << f.shift);
  const n = `n${f.word}`;
  if (value.k === 'num' && value.value <= maskOf(f)) return `${n}=${n}&${keep}|${value.value << f.shift};`;
  const text = number(value, fields, 'n');
  const most = upper(value, fields);
  if (most !== null && most <= maskOf(f)) return `${n}=${n}&${keep}|(${text})<<${f.shift};`;
  return `{const v=${text};if(v>>>0>${maskOf(f)}){over=${t};break o;}${n}=${n}&${keep}|v<<${f.shift};}`;
}

const maskOf = (f: Field): number => 2 ** f.bits - 1;

/** An upper bound of an expression that is never negative; null where neither is known. */
function upper(e: Expression, fields: ReadonlyMap<string, Field>): number | null {
  switch (e.k) {
    case 'num':
      return e.value;
    case 'cell': {
      const f = fields.get(e.name);
      return f === undefined ? 0 : f.bits === 0 ? f.init : maskOf(f);
    }
    case 'unary':
      return e.op === '!' ? 1 : null;
    case 'cond': {
      const a = upper(e.then, fields);
      const b = upper(e.else, fields);
      return a === null || b === null ? null : Math.max(a, b);
    }
    case 'binary': {
      if (isTruth(e)) return 1;
      const a = upper(e.left, fields);
      const b = upper(e.right, fields);
      if (e.op === '&') return a === null ? b : b === null ? a : Math.min(a, b);
      if (a === null || b === null) return null;
      if (e.op === '+') return a + b <= 0x7fffffff ? a + b : null;
      if (e.op === '|' || e.op === '^') return 2 ** (32 - Math.clz32(Math.max(a, b))) - 1;
      return e.op === '>>' ? a : null;
    }
  }
}

function isTruth(e: Expression): boolean {
  return (e.k === 'unary' && e.op === '!') || (e.k === 'binary' && ['<', '<=', '>', '>=', '==', '!=', '&&', '||'].includes(e.op));
}

/** JavaScript text whose value is the expression's truth. */
function truth(e: Expression, fields: ReadonlyMap<string, Field>, p: string): string {
  if (e.k === 'num') return e.value === 0 ? 'false' : 'true';
  if (e.k === 'unary' && e.op === '!') return `!(${truth(e.arg, fields, p)})`;
  if (e.k === 'binary' && (e.op === '&&' || e.op === '||')) return `(${truth(e.left, fields, p)}${e.op}${truth(e.right, fields, p)})`;
  if (e.k === 'binary' && isTruth(e)) {
    const op = e.op === '==' || e.op === '!=' ? `${e.op}=` : e.op;
    return `(${number(e.left, fields, p)}${op}${number(e.right, fields, p)})`;
  }
  return `(${number(e, fields, p)}!==0)`;
}

/** JavaScript text whose value is the expression's, as a 32-bit signed integer. */
function number(e: Expression, fields: ReadonlyMap<string, Field>, p: string): string {
  if (isTruth(e)) return `(${truth(e, fields, p)}?1:0)`;
  switch (e.k) {
    case 'num':
      return String(e.value);
    case 'cell':
      return read(fields, e.name, p);
    case 'unary':
      return e.op === '-' ? `(-(${number(e.arg, fields, p)})|0)` : `(~(${number(e.arg, fields, p)}))`;
    case 'cond':
      return `(${truth(e.test, fields, p)}?${number(e.then, fields, p)}:${number(e.else, fields, p)})`;
    case 'binary': {
      const a = number(e.left, fields, p);
      const b = number(e.right, fields, p);
      return e.op === '*' ? `Math.imul(${a},${b})` : `((${a})${e.op}(${b})|0)`;
    }
  }
}
