import type { InventoryFunction, TreeFunction, TreeIndex } from '../../parse/c/inventory.js';

/** One file's functions; `blob` names its content. */
export interface PackedFile {
  readonly path: string;
  readonly blob: string;
  readonly functions: readonly InventoryFunction[];
}

/** A packed index, opened: names are looked up in the bytes, nothing is decoded before it is asked for. */
export interface Pack extends TreeIndex {
  /** Everything in it, by blob id, for building the next pack. */
  readonly byBlob: () => ReadonlyMap<string, readonly InventoryFunction[]>;
}

const MAGIC = 0x31584952;
/** Raised with the layout, and with what the inventory finds. */
export const PACK_VERSION = 6;
const HEADER = 10;
const STATIC = 1;
const INLINE = 2;
const STUB = 4;
const CONFIGURED = 8;
const VARIADIC = 16;
const ANNOTATED = 32;
/** Words of one definition: first call, file, line, last line, flags and parameters, name. */
const DEF = 6;

/**
 * Files in one block of 32-bit words and text: header; hash table of names; name, path and blob offsets into the text;
 * definitions sorted by name, path and line; calls (names) by definition; callers (definitions) by name.
 */
export function encodePack(files: readonly PackedFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const names: string[] = [];
  const ids = new Map<string, number>();
  const idOf = (name: string): number => {
    let id = ids.get(name);
    if (id === undefined) {
      id = names.length;
      ids.set(name, id);
      names.push(name);
    }
    return id;
  };
  const defs: { name: number; file: number; f: InventoryFunction }[] = [];
  sorted.forEach((file, i) => {
    for (const f of file.functions) defs.push({ name: idOf(f.name), file: i, f });
  });
  const calls = defs.map((d) => d.f.calls.map(idOf));
  const order = defs.map((_, i) => i).sort((a, b) => defs[a]!.name - defs[b]!.name || defs[a]!.file - defs[b]!.file || defs[a]!.f.line - defs[b]!.f.line);
  const callCount = calls.reduce((n, c) => n + c.length, 0);
  let hash = 16;
  while (hash < names.length * 2) hash *= 2;
  const strings = [...names, ...sorted.flatMap((f) => [f.path, f.blob])].map((s) => Buffer.from(s, 'utf8'));
  const words = HEADER + hash + (strings.length + 1) + (names.length + 1) + order.length * DEF + 1 + callCount + (names.length + 1) + callCount;
  const textBytes = strings.reduce((n, s) => n + s.length, 0);
  const bytes = new Uint8Array(words * 4 + textBytes);
  const out = new Uint32Array(bytes.buffer, 0, words);
  let at = HEADER;
  out.set([MAGIC, PACK_VERSION, hash, names.length, sorted.length, order.length, callCount, words, bytes.length, 0]);
  for (const [i, name] of names.entries()) {
    let slot = hashOf(name) & (hash - 1);
    while (out[at + slot] !== 0) slot = (slot + 1) & (hash - 1);
    out[at + slot] = i + 1;
  }
  at += hash;
  let text = words * 4;
  strings.forEach((s) => {
    out[at++] = text;
    bytes.set(s, text);
    text += s.length;
  });
  out[at++] = text;
  const firstDef = at;
  const defAt = at + names.length + 1;
  const callAt = defAt + order.length * DEF + 1;
  const callerFirst = callAt + callCount;
  const callerAt = callerFirst + names.length + 1;
  const callers: number[][] = names.map(() => []);
  let call = 0;
  let next = 0;
  for (const [k, i] of order.entries()) {
    const d = defs[i]!;
    const { f } = d;
    const w = defAt + k * DEF;
    while (next <= d.name) out[firstDef + next++] = k;
    out[w] = call;
    out[w + 1] = d.file;
    out[w + 2] = f.line;
    out[w + 3] = f.endLine;
    out[w + 4] =
      (f.static ? STATIC : 0) |
      (f.inline ? INLINE : 0) |
      (f.stub ? STUB : 0) |
      (f.configured ? CONFIGURED : 0) |
      (f.variadic ? VARIADIC : 0) |
      (f.annotated ? ANNOTATED : 0) |
      (f.params << 8);
    out[w + 5] = d.name;
    for (const id of calls[i]!) {
      out[callAt + call++] = id;
      callers[id]!.push(k);
    }
  }
  while (next <= names.length) out[firstDef + next++] = order.length;
  out[defAt + order.length * DEF] = call;
  let from = 0;
  callers.forEach((list, id) => {
    out[callerFirst + id] = from;
    for (const k of list) out[callerAt + from++] = k;
  });
  out[callerFirst + names.length] = from;
  return bytes;
}

/** Null when the bytes are no pack of this version, or not whole. */
export function openPack(bytes: Uint8Array): Pack | null {
  if (bytes.length < HEADER * 4) return null;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const w = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  const [magic, version, hash, nNames, nFiles, nDefs, nCalls, words, length] = w as unknown as readonly number[];
  if (
    magic !== MAGIC ||
    version !== PACK_VERSION ||
    length !== bytes.length ||
    hash === undefined ||
    nNames === undefined ||
    nFiles === undefined ||
    nDefs === undefined ||
    nCalls === undefined ||
    words === undefined
  )
    return null;
  const buffer = Buffer.from(aligned.buffer, aligned.byteOffset, aligned.length);
  const strings = HEADER + hash;
  const firstDef = strings + nNames + nFiles * 2 + 1;
  const defAt = firstDef + nNames + 1;
  const callAt = defAt + nDefs * DEF + 1;
  const callerFirst = callAt + nCalls;
  const callerAt = callerFirst + nNames + 1;
  const known = new Map<number, string>();
  const string = (i: number): string => {
    let s = known.get(i);
    if (s === undefined) {
      s = buffer.toString('utf8', w[strings + i], w[strings + i + 1]);
      known.set(i, s);
    }
    return s;
  };
  const idOf = (name: string): number => {
    for (let slot = hashOf(name) & (hash - 1); ; slot = (slot + 1) & (hash - 1)) {
      const id = w[strings - hash + slot]! - 1;
      if (id < 0 || string(id) === name) return id;
    }
  };
  const definition = (k: number): TreeFunction => {
    const d = defAt + k * DEF;
    const flags = w[d + 4]!;
    const file = nNames + w[d + 1]! * 2;
    const calls: string[] = [];
    for (let c = w[d]!; c < w[d + DEF]!; c++) calls.push(string(w[callAt + c]!));
    return {
      id: k,
      name: string(w[d + 5]!),
      path: string(file),
      blob: string(file + 1),
      line: w[d + 2]!,
      endLine: w[d + 3]!,
      static: (flags & STATIC) !== 0,
      inline: (flags & INLINE) !== 0,
      stub: (flags & STUB) !== 0,
      configured: (flags & CONFIGURED) !== 0,
      variadic: (flags & VARIADIC) !== 0,
      annotated: (flags & ANNOTATED) !== 0,
      params: flags >> 8,
      calls,
    };
  };
  return {
    size: nDefs,
    at: definition,
    files: () => Array.from({ length: nFiles }, (_, i) => ({ path: string(nNames + i * 2), blob: string(nNames + i * 2 + 1) })),
    definitions: (name) => {
      const id = idOf(name);
      const out: TreeFunction[] = [];
      if (id >= 0) for (let k = w[firstDef + id]!; k < w[firstDef + id + 1]!; k++) out.push(definition(k));
      return out;
    },
    callers: (name) => {
      const id = idOf(name);
      const out: { path: string; function: string; line: number }[] = [];
      if (id >= 0)
        for (let c = w[callerFirst + id]!; c < w[callerFirst + id + 1]!; c++) {
          const d = defAt + w[callerAt + c]! * DEF;
          out.push({ path: string(nNames + w[d + 1]! * 2), function: string(w[d + 5]!), line: w[d + 2]! });
        }
      return out.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
    },
    byBlob: () => {
      const found = new Map<string, InventoryFunction[]>();
      for (let i = 0; i < nFiles; i++) found.set(string(nNames + i * 2 + 1), []);
      for (let k = 0; k < nDefs; k++) {
        const { id: _id, path: _path, blob, ...f } = definition(k);
        const list = found.get(blob)!;
        // Two paths may have one content.
        if (!list.some((x) => x.line === f.line && x.name === f.name)) list.push(f);
      }
      for (const list of found.values()) list.sort((a, b) => a.line - b.line);
      return found;
    },
  };
}

/** FNV-1a over UTF-16 units. */
function hashOf(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
