import type { CFile } from './ast.js';
import { isPartial } from './unshown.js';

/**
 * `files` with what earlier patches of the series have shown of the same tree, where there is no base to look it up in:
 * whole functions and types that the files do not show themselves.
 */
export function withEarlier(files: readonly CFile[], earlier: ReadonlyMap<string, CFile>): CFile[] {
  const shown = new Set(files.flatMap((f) => f.functions.map((fn) => fn.name)));
  const rest = new Map([...earlier].map(([path, f]) => [path, { ...f, functions: f.functions.filter((fn) => !shown.has(fn.name)) }]));
  const own = files.map((f) => {
    const before = rest.get(f.path);
    rest.delete(f.path);
    return before ? joined(f, before) : f;
  });
  return [...own, ...rest.values()];
}

/** What is known of a file once a later patch has shown more of it. */
export function laterOf(before: CFile | undefined, now: CFile): CFile {
  const whole = { ...now, functions: now.functions.filter((fn) => fn.body !== null && !isPartial(fn)) };
  const names = new Set(now.functions.map((fn) => fn.name));
  return before === undefined ? whole : joined(whole, { ...before, functions: before.functions.filter((fn) => !names.has(fn.name)) });
}

/** `more` added to `file`, which wins. */
function joined(file: CFile, more: CFile): CFile {
  return {
    ...file,
    functions: [...file.functions, ...more.functions],
    structs: [...file.structs, ...more.structs.filter((s) => !file.structs.some((x) => x.name === s.name))],
    typedefs: [...file.typedefs, ...more.typedefs.filter((t) => !file.typedefs.some((x) => x.name === t.name))],
    constants: new Map([...more.constants, ...file.constants]),
    globals: [...file.globals, ...more.globals.filter((g) => !file.globals.some((x) => x.name === g.name))],
  };
}
