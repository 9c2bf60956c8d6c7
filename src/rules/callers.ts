import type { CFile } from '../parse/c/ast.js';
import { outline } from '../parse/c/outline.js';
import { reach } from '../parse/c/reach.js';
import type { Gap } from '../parse/gap.js';
import type { Outside } from '../absint/outside.js';
import type { Analysed, Program } from '../absint/program.js';
import { contractDelta } from './contract-delta.js';

/** What has to be at hand to look at the callers of what one patch changes. */
export interface Around {
  /** Whole files that the series has come to, before and after this patch. */
  readonly texts: ReadonlyMap<string, { readonly pre: string; readonly post: string }>;
  /** The patch's own files, as far as they were read. */
  readonly files: { readonly pre: readonly CFile[]; readonly post: readonly CFile[] };
  readonly parse: (path: string, text: string, wanted: ReadonlySet<string>) => CFile;
  readonly program: (side: 'pre' | 'post', files: readonly CFile[]) => Program;
  readonly outside: Outside;
  /** Functions that the patch touches: they are looked at by themselves. */
  readonly touched: ReadonlySet<string>;
}

/** A function whose own text the patch leaves alone, analysed with its callees as they were and as they are. */
export interface Caller {
  readonly path: string;
  readonly name: string;
  /** The changed functions that lead to it. */
  readonly of: ReadonlySet<string>;
  readonly pre: Analysed;
  readonly post: Analysed;
  /** Some of its own callers were changed by the patch. */
  readonly followed: boolean;
}

/** Callers of one patch that are analysed; wrappers are followed to their own callers. */
const MAX_CALLERS = 32;
const MAX_LEVELS = 3;
/** A longer function does more than to hand on what it calls. */
const WRAPPER_LINES = 60;

/** The functions that call `changed`, and those that call them where the change shows through, nearest first. */
export function callersOf(
  changed: readonly { readonly name: string; readonly file: string; readonly static: boolean }[],
  given: Around,
): { readonly callers: readonly Caller[]; readonly gaps: readonly Gap[] } {
  const callers: Caller[] = [];
  const gaps: Gap[] = [];
  const seen = new Set<string>();
  const wanted = new Map<string, Set<string>>();
  const texts = new Map<string, Text>();
  const around = { ...given, parse: parseOnce(given.parse) };
  let frontier = changed.map((f) => ({ ...f, of: new Set([f.name]) }));
  for (let level = 0; level < MAX_LEVELS && frontier.length > 0; level++) {
    const sites = new Map<string, { path: string; name: string; text: Text; of: Set<string> }>();
    for (const f of frontier)
      for (const s of callSites(f, around)) {
        const key = `${s.path} ${s.name}`;
        if (seen.has(key) || around.touched.has(s.name)) continue;
        const known = sites.get(key);
        if (known) for (const o of f.of) known.of.add(o);
        else sites.set(key, { ...s, of: new Set(f.of) });
      }
    const room = MAX_CALLERS - seen.size;
    const all = [...sites.values()];
    const near = all.slice(0, room);
    if (all.length > room)
      for (const f of frontier)
        gaps.push({
          stage: 'rules',
          file: f.file,
          function: f.name,
          why: `it has more than ${MAX_CALLERS} callers: not all of them were analysed under its new contract`,
        });
    for (const s of near) {
      seen.add(`${s.path} ${s.name}`);
      texts.set(s.path, s.text);
      wanted.set(s.path, new Set([...(wanted.get(s.path) ?? []), s.name]));
    }
    if (near.length === 0) break;
    const programs = {
      pre: around.program('pre', filesWith('pre', wanted, texts, around)),
      post: around.program('post', filesWith('post', wanted, texts, around)),
    };
    frontier = near.flatMap((s) => {
      const pre = programs.pre.analyse(s.path, s.name);
      const post = programs.post.analyse(s.path, s.name);
      if (!pre || !post) return [];
      const self = { name: s.name, file: s.path, static: post.fn.static && !s.path.endsWith('.h'), of: s.of };
      callers.push({ path: s.path, name: s.name, of: s.of, pre, post, followed: callSites(self, around).some((x) => around.touched.has(x.name)) });
      // Large functions are no wrappers, and what is wrong in a caller already does not become clearer further up.
      const passesOn = post.fn.endLine - post.fn.line < WRAPPER_LINES && !worse(pre, post) && !worse(post, pre);
      return passesOn && contractDelta(pre.summary, post.summary).size > 0 ? [self] : [];
    });
  }
  return { callers, gaps };
}

function worse(before: Analysed, after: Analysed): boolean {
  return after.summary.events.some(
    (e) => e.certainty === 'sure' && !before.summary.events.some((x) => x.certainty === 'sure' && x.kind === e.kind && x.resource === e.resource),
  );
}

/** Most files of callers are the same text on both sides. */
function parseOnce(parse: Around['parse']): Around['parse'] {
  const known = new Map<string, { readonly text: string; readonly file: CFile }>();
  return (path, text, wanted) => {
    const key = `${path} ${[...wanted].sort().join(' ')}`;
    const before = known.get(key);
    if (before?.text === text) return before.file;
    const file = parse(path, text, wanted);
    known.set(key, { text, file });
    return file;
  };
}

interface Text {
  readonly pre: string;
  readonly post: string;
}

function filesWith(side: 'pre' | 'post', wanted: ReadonlyMap<string, ReadonlySet<string>>, texts: ReadonlyMap<string, Text>, around: Around): CFile[] {
  const own = around.files[side];
  const more = [...wanted].flatMap(([path, names]) => {
    const text = texts.get(path)?.[side];
    if (text === undefined) return [];
    const ranges = outline(text)
      .filter((f) => names.has(f.name))
      .map((f) => [f.line, f.endLine] as const);
    const read = own.find((f) => f.path === path)?.functions.map((f) => f.name) ?? [];
    return [around.parse(path, text, new Set([...reach(text, ranges), ...read]))];
  });
  return [...own.filter((f) => !more.some((x) => x.path === f.path)), ...more];
}

/** Where `f` is called, in the files of the series first, then in the rest of the tree. */
function callSites(
  f: { readonly name: string; readonly file: string; readonly static: boolean },
  around: Around,
): { path: string; name: string; text: Text }[] {
  const out: { path: string; name: string; text: Text }[] = [];
  const call = new RegExp(`\\b${f.name}\\s*\\(`);
  for (const [path, text] of [...around.texts].sort(([a], [b]) => (a === f.file ? -1 : b === f.file ? 1 : a < b ? -1 : 1))) {
    if ((f.static && path !== f.file) || !call.test(text.post)) continue;
    const functions = outline(text.post);
    const lines = text.post.split('\n');
    if (path !== f.file && functions.some((x) => x.name === f.name)) continue;
    const names = functions.filter((x) => x.name !== f.name && lines.slice(x.line, x.endLine).some((l) => call.test(l))).map((x) => x.name);
    for (const name of new Set(names)) out.push({ path, name, text });
  }
  if (f.static) return out;
  for (const { path, function: name } of around.outside.callers(f.name, new Set(around.texts.keys()))) {
    const text = name === f.name ? null : around.outside.text(path, name);
    // Another function of the same name, of that file's own.
    if (text !== null && (path === f.file || !outline(text).some((x) => x.name === f.name))) out.push({ path, name, text: { pre: text, post: text } });
  }
  return out;
}
