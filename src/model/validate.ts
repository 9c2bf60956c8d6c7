const LIMITS = { cells: 512, actors: 16, points: 20_000, alts: 2_000, sets: 64, text: 4_000 };

/**
 * Why a value is no `Program`, or null. For values from outside: nothing about their shape is taken for granted.
 * Expressions are checked where they are compiled or evaluated; here only their form as text over known characters.
 */
export function programError(value: unknown): string | null {
  if (!isRecord(value)) return 'not an object';
  const { schema, name, cells, waits, actors, final } = value;
  if (schema !== 'rmap-review/program/1') return 'unknown schema';
  if (!isText(name)) return 'no name';
  if (!isList(cells, LIMITS.cells)) return 'cells';
  const names = new Set<string>();
  for (const c of cells) {
    if (!isRecord(c) || !isText(c['name']) || !/^[A-Za-z_]\w*(\.\w+)*$/.test(c['name']) || names.has(c['name'])) return 'a cell needs a name of its own';
    names.add(c['name']);
    if (!isWhole(c['bits'], 1, 16) || !isWhole(c['init'], 0, 2 ** c['bits'] - 1)) return `cell ${c['name']}: bits 1 to 16, initial value within`;
  }
  if (!isList(actors, LIMITS.actors) || actors.length === 0) return 'actors';
  if (!isList(waits, LIMITS.cells)) return 'waits';
  const waitNames = new Set<unknown>();
  for (const w of waits) {
    if (!isRecord(w) || !isText(w['name']) || !isList(w['blockers'], actors.length) || w['blockers'].length !== actors.length)
      return 'a wait needs a name and one expression per actor';
    if (!w['blockers'].every((b) => isExpression(b, names))) return `wait ${w['name']}: not an expression`;
    waitNames.add(w['name']);
  }
  if (!isList(final, LIMITS.cells) || !final.every((f) => isCondition(f, names))) return 'final';
  for (const a of actors) {
    const why = actorError(a, names, waitNames);
    if (why !== null) return why;
  }
  return null;
}

function actorError(a: unknown, cells: ReadonlySet<string>, waits: ReadonlySet<unknown>): string | null {
  if (!isRecord(a) || !isText(a['name']) || !isText(a['file']) || !isList(a['points'], LIMITS.points)) return 'an actor needs name, file and points';
  const count = a['points'].length;
  for (const p of a['points']) {
    if (!isRecord(p) || !isWhole(p['line'], 0, 1e9) || !isText(p['text']) || !isList(p['alts'], LIMITS.alts))
      return `${a['name']}: a point needs line, text and alternatives`;
    if (p['waits'] !== null && !waits.has(p['waits'])) return `${a['name']}: unknown wait`;
    for (const alt of p['alts']) {
      if (!isRecord(alt) || !isExpression(alt['guard'], cells)) return `${a['name']}: "${p['text']}": guard`;
      if (!isWhole(alt['to'], 0, count)) return `${a['name']}: "${p['text']}": jump out of the program`;
      if (alt['choice'] !== null && !isText(alt['choice'])) return `${a['name']}: "${p['text']}": choice`;
      if (!isList(alt['asserts'], LIMITS.sets) || !alt['asserts'].every((x) => isCondition(x, cells))) return `${a['name']}: "${p['text']}": asserts`;
      if (!isList(alt['sets'], LIMITS.sets)) return `${a['name']}: "${p['text']}": sets`;
      for (const s of alt['sets'])
        if (!isRecord(s) || !isText(s['cell']) || !cells.has(s['cell']) || !isExpression(s['expr'], cells)) return `${a['name']}: "${p['text']}": sets`;
    }
  }
  return null;
}

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isText = (v: unknown): v is string => typeof v === 'string' && v.length <= LIMITS.text;
const isList = (v: unknown, most: number): v is readonly unknown[] => Array.isArray(v) && v.length <= most;
const isWhole = (v: unknown, low: number, high: number): v is number => typeof v === 'number' && Number.isInteger(v) && v >= low && v <= high;
const isCondition = (v: unknown, cells: ReadonlySet<string>): boolean => isRecord(v) && isExpression(v['expr'], cells) && isText(v['message']);

function isExpression(v: unknown, cells: ReadonlySet<string>): boolean {
  if (!isText(v) || !/^[\w\s.!~*+<>=&^|?:()-]+$/.test(v)) return false;
  return (v.match(/[\w.]+/g) ?? []).every((word) => (/^\d{1,10}$/.test(word) ? Number(word) <= 0x7fffffff : cells.has(word)));
}
