/** What the header lines of one file say, paths already stripped of `a/` and `b/` and checked. */
export interface PathPair {
  readonly oldPath: string | null;
  readonly newPath: string | null;
}

export type PathResult = { readonly ok: true; readonly pair: PathPair } | { readonly ok: false; readonly why: string };

/**
 * The two paths of `--- X` and `+++ Y` (without those prefixes), or of `diff --git X Y`, as paths in the tree.
 * Refused when one is absolute, leaves the tree or holds control characters: a mail may not name such files.
 */
export function pairOf(oldName: string, newName: string): PathResult {
  const older = nameOf(oldName);
  const newer = nameOf(newName);
  const oldNull = older === '/dev/null';
  const newNull = newer === '/dev/null';
  let [from, to] = strip(oldNull ? newer : older, newNull ? older : newer);
  if (from.startsWith(`${to}~`)) from = to;
  else if (from === `${to}.orig`) from = to;
  for (const path of [from, to]) {
    const why = unsafe(path);
    if (why !== null) return { ok: false, why: `${why}: ${printable(path)}` };
  }
  if (oldNull && newNull) return { ok: false, why: 'both sides are /dev/null' };
  return { ok: true, pair: { oldPath: oldNull ? null : from, newPath: newNull ? null : to } };
}

/** The two names of `diff --git X Y`; null when blanks in them leave it open where X ends. */
export function gitNames(rest: string): readonly [string, string] | null {
  if (rest.startsWith('"')) {
    const end = closingQuote(rest);
    return end < 0 ? null : [rest.slice(0, end + 1), rest.slice(end + 2)];
  }
  if (rest.endsWith('"')) {
    const start = rest.indexOf(' "');
    return start < 0 ? null : [rest.slice(0, start), rest.slice(start + 1)];
  }
  const blank = rest.indexOf(' ');
  if (blank > 0 && rest.indexOf(' ', blank + 1) < 0) return [rest.slice(0, blank), rest.slice(blank + 1)];
  const middle = (rest.length - 1) / 2;
  if (!Number.isInteger(middle) || rest[middle] !== ' ') return null;
  const left = rest.slice(0, middle);
  const right = rest.slice(middle + 1);
  return left.slice(left.indexOf('/')) === right.slice(right.indexOf('/')) ? [left, right] : null;
}

/** C-style quoting as git does it: `"a/b\tc\303\244"`. Other names are returned as they are. */
export function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const end = closingQuote(name);
  if (end < 0) return name;
  const bytes: number[] = [];
  for (let i = 1; i < end; i++) {
    const c = name[i]!;
    if (c !== '\\') {
      for (const byte of Buffer.from(c, 'utf8')) bytes.push(byte);
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(name.slice(i + 1, i + 4));
    if (octal !== null) {
      bytes.push(Number.parseInt(octal[0], 8));
      i += 3;
    } else {
      const escaped = name[++i] ?? '';
      bytes.push(ESCAPES[escaped] ?? escaped.charCodeAt(0));
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Why a path must not be used, or null. */
export function unsafe(path: string): string | null {
  if (path === '' || path === '.') return 'an empty path';
  if (path.length > 4096) return 'a path of more than 4096 characters';
  if (path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:/.test(path)) return 'an absolute path';
  if (path.split('/').some((part) => part === '..' || part === '.git')) return 'a path that leaves the tree';
  return /[\0-\x1f\x7f]/.test(path) ? 'a path with control characters' : null;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

function closingQuote(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

/**
 * The first component goes when it is one of git's (`a/`, `b/`, mnemonic `i/ w/ c/ o/`) or when it is the only
 * difference (`linux.orig/mm/x.c`, `linux/mm/x.c`); `--no-prefix` names stay whole.
 */
function strip(from: string, to: string): [string, string] {
  const prefix = /^[abiwco12]\//;
  if (prefix.test(from) && prefix.test(to)) return [from.slice(2), to.slice(2)];
  const fromRest = from.slice(from.indexOf('/') + 1);
  const toRest = to.slice(to.indexOf('/') + 1);
  const same = fromRest === toRest || fromRest.startsWith(`${toRest}~`);
  return from !== to && from.includes('/') && to.includes('/') && same && !from.startsWith('/') ? [fromRest, toRest] : [from, to];
}

/** Quoted names end at their quote, others may have a date behind them. */
function nameOf(text: string): string {
  return text.startsWith('"') ? unquote(text) : stripTimestamp(text);
}

function stripTimestamp(name: string): string {
  const tab = name.indexOf('\t');
  if (tab >= 0) return name.slice(0, tab);
  const dated = / +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]{0,12}(?: [+-]\d{4})?$/.exec(name.slice(-48));
  const text = dated === null ? name : name.slice(0, name.length - dated[0].length);
  return text.trimEnd();
}

function printable(path: string): string {
  return path.slice(0, 80).replace(/[\0-\x1f\x7f]/g, '?');
}
