import type { CFile, CFunction } from '../parse/c/ast.js';
import type { TreeFunction, TreeIndex } from '../parse/c/inventory.js';
import { buildCfg } from '../cfg/build.js';
import type { Cfg } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import { effectTable, type Callee } from '../effect/table.js';
import { analyse } from './analyse.js';
import { annotated, orAnnotated } from './annotated.js';
import { bears, believable } from './believe.js';
import { isExpression, looking, onlyLooksAt } from './looks.js';
import type { TypeTable } from './machine.js';
import type { Primitives } from './program.js';
import type { Bounds } from './solve.js';
import { FAR, treeGraph } from './tree-graph.js';
import { typeTable } from './types.js';

/** What is known of the functions that are not in the files under review. */
export interface Outside {
  /** The contract of `name` as called from `file`; null: not known. `own`: the paths under review, whose functions are not taken from here. */
  readonly callee: (name: string, file: string, args: number, own: ReadonlySet<string>) => Callee;
  /** Functions outside `own` that call `name`. */
  readonly callers: (name: string, own: ReadonlySet<string>) => readonly { readonly path: string; readonly function: string }[];
  /** The whole file in which `name` is defined; null when it cannot be read. */
  readonly text: (path: string, name: string) => string | null;
  /** The function that `name` means in `file`; null where there are none or several. */
  readonly body: (name: string, file: string) => CFunction | null;
  /** Where the whole tree calls `name`, files under review included; sorted by path and line. */
  readonly sites: (name: string) => readonly CallingSite[];
  /** The function's own lines; null when they are gone. */
  readonly lines: (site: CallingSite) => string | null;
  /** The other sources in the folder of `file` that contain `word`; null where the folder has too many to look. */
  readonly mentioning: (file: string, word: string) => readonly { readonly path: string; readonly text: string }[] | null;
  /** Null when it cannot be read as a whole. */
  readonly sketch: (site: CallingSite) => Sketch | null;
}

/** A function, and a file in which its name means it. */
export interface CallingSite {
  readonly path: string;
  readonly function: string;
}

/** A function as its text shows it: its graph, and what each of its calls does. No path is followed. */
export interface Sketch {
  readonly fn: CFunction;
  readonly file: string;
  readonly cfg: Cfg;
  readonly effects: EffectTable;
}

export const NOTHING_OUTSIDE: Outside = {
  callee: () => null,
  callers: () => [],
  text: () => null,
  body: () => null,
  sites: () => [],
  lines: () => null,
  mentioning: () => null,
  sketch: () => null,
};

/** A tree's functions and all that has to be fetched for them. Plain synchronous functions: the I/O is theirs. */
export interface TreeCode {
  readonly index: TreeIndex;
  /** Null when the text is gone, or the function cannot be read as a whole. */
  readonly parse: (
    f: TreeFunction,
  ) => { readonly fn: CFunction /** What is declared around it; the same value each time for the same content. */; readonly file: () => CFile } | null;
  /** The whole file of a function; null when the text is gone. */
  readonly text: (f: Pick<TreeFunction, 'path' | 'blob'>) => string | null;
  readonly digest: (text: string) => string;
  /** Results of earlier runs by content; undefined: none. */
  readonly recall: (f: TreeFunction, key: string) => Callee | undefined;
  readonly remember: (f: TreeFunction, key: string, result: Callee) => void;
  /** Heights of an earlier run over this index and this knowledge. */
  readonly savedHeights: Uint8Array | null;
  readonly saveHeights: (heights: Uint8Array) => void;
}

const KNOWLEDGE: CFile = { path: 'knowledge', functions: [], structs: [], typedefs: [], globals: [], constants: new Map() };
/** Bounds of one function outside; what exceeds them is unknown to its callers. */
const EFFORT: Bounds = { apart: 8, disjuncts: 32, steps: 4_000 };
/**
 * What a function outside calls is followed when every way from there to the primitives is at most this long. So each
 * function has one summary, whoever asks and in whatever order, and recursion is never entered.
 */
const MAX_HEIGHT = 6;
/** A folder with more sources than this is not searched. */
const MAX_FILES = 250;
/** Functions that touch nothing are read only if they are short: then they may be tests. */
const SHORT = 15;
/** Variants (by architecture, mostly) that are compared; more are not known. */
const MAX_VARIANTS = 24;

/** Summaries of the functions of a tree, computed when asked for. `stamp` names the knowledge and the engine. */
export function createOutside(code: TreeCode, primitives: Primitives, stamp: string): Outside {
  const graph = treeGraph(code.index, primitives, code.savedHeights);
  if (graph.heights !== code.savedHeights) code.saveHeights(graph.heights);
  const done = new Map<number, Callee>();
  const keys = new Map<number, string>();
  const wrappers = new Map<string, Callee>();
  const tables = new Map<CFile, TypeTable>();
  const busy = new Set<number>();
  const notes = new Map<number, Callee>();

  /** What the knowledge says; undefined: it does not know the name. */
  const stated = (name: string, args: number): Callee | undefined => {
    const contract = primitives.contract(name, args);
    if (contract) return contract;
    const fn = primitives.definition(name);
    if (!fn) return undefined;
    let known = wrappers.get(name);
    if (known === undefined) {
      wrappers.set(name, null);
      wrappers.set(name, (known = compute(fn, KNOWLEDGE)));
    }
    return known;
  };
  const compute = (fn: CFunction, file: CFile): Callee => {
    const { cfg } = buildCfg(fn, primitives.hints);
    const effects = effectTable(cfg, (name, args) => below(name, file.path, args));
    const summary = analyse(cfg, effects, typesOf(file), file.path, EFFORT);
    if (file.path === 'knowledge') return summary.contract;
    if (!believable(summary)) return null;
    return effects.unknown.length > 0 ? { ...summary.contract, partial: true } : summary.contract;
  };
  const typesOf = (file: CFile): TypeTable => {
    let table = tables.get(file);
    if (table === undefined) tables.set(file, (table = typeTable([file], primitives)));
    return table;
  };
  /** A callee of a function outside. */
  const below = (name: string, path: string, args: number): Callee => {
    const known = stated(name, args);
    if (known !== undefined) return known;
    return agreed(
      graph.resolve(name, path).filter((f) => fits(f, args)),
      MAX_HEIGHT,
    );
  };
  const agreed = (variants: readonly TreeFunction[], height: number): Callee => {
    const [first, ...others] = variants;
    if (first === undefined || others.length >= MAX_VARIANTS || variants.some((f) => graph.height(f) > height && !f.annotated)) return null;
    const of = (f: TreeFunction): Callee => {
      const computed = graph.height(f) > height ? null : summaryOf(f);
      return !f.annotated || (computed !== null && (computed === 'harmless' || !computed.partial))
        ? computed
        : computed === null
          ? stands(f)
          : orAnnotated(computed, stands(f));
    };
    const result = of(first);
    if (others.length === 0 || result === null) return result;
    const text = said(result);
    return others.every((f) => said(of(f)) === text) ? result : null;
  };
  /** What a function says of itself by annotations. */
  const stands = (f: TreeFunction): Callee => {
    let known = notes.get(f.id);
    if (known === undefined) {
      const parsed = code.parse(f);
      notes.set(f.id, (known = parsed === null ? null : annotated(parsed.fn, primitives, typesOf(parsed.file()).structs)));
    }
    return known;
  };
  const summaryOf = (f: TreeFunction): Callee => {
    const known = done.get(f.id);
    if (known !== undefined) return known;
    if (busy.has(f.id) || !worthReading(f)) return null;
    busy.add(f.id);
    const key = keyOf(f);
    let result = code.recall(f, key);
    if (result === undefined) {
      const parsed = code.parse(f);
      result = parsed === null ? null : graph.height(f) === 0 ? look(parsed.fn, f.path, parsed.file) : telling(compute(parsed.fn, parsed.file()));
      code.remember(f, key, result);
    }
    busy.delete(f.id);
    done.set(f.id, result);
    return result;
  };
  /** A function that touches no lock and no reference. A pointer that comes back may be part of an argument: that is left open unless it can be said. */
  const look = (fn: CFunction, path: string, file: () => CFile): Callee => {
    if (!onlyLooksAt(fn, (name) => below(name, path, -1))) return null;
    const contract = fn.body?.body.length === 1 ? compute(fn, file()) : null;
    if (contract !== null && contract !== 'harmless' && isExpression(contract, fn.returns.pointers > 0)) return contract;
    return fn.returns.pointers > 0 ? 'harmless' : looking(fn, `${path}:${fn.line}`);
  };
  /** Reading pays when something it calls is known to touch what is tracked, or when it is short enough to be a test. */
  const worthReading = (f: TreeFunction): boolean => {
    if (f.variadic) return false;
    if (graph.height(f) === 0) return f.endLine - f.line <= SHORT && (f.inline || f.calls.length <= 3);
    return f.calls.some((name) => {
      const known = primitives.contract(name, -1);
      if (known) return bears(known);
      if (primitives.definition(name)) return true;
      return graph.resolve(name, f.path).some((g) => {
        const h = graph.height(g);
        return h > 0 && h <= MAX_HEIGHT;
      });
    });
  };
  const keyOf = (f: TreeFunction): string => {
    const known = keys.get(f.id);
    if (known !== undefined) return known;
    keys.set(f.id, 'itself');
    const parts = [stamp, f.blob, f.name, String(f.line)];
    for (const name of f.calls) {
      if (primitives.contract(name, -1) !== null || primitives.definition(name) !== null) continue;
      for (const g of graph.resolve(name, f.path))
        parts.push(`${name} ${g.annotated ? g.blob : ''} ${graph.height(g) > MAX_HEIGHT ? FAR : worthReading(g) ? keyOf(g) : ''}`);
    }
    const key = code.digest(parts.join('\n'));
    keys.set(f.id, key);
    return key;
  };
  const definitionAt = (site: CallingSite): TreeFunction | undefined => graph.resolve(site.function, site.path)[0];
  return {
    callee: (name, file, args, own) =>
      agreed(
        graph.resolve(name, file).filter((f) => !own.has(f.path) && fits(f, args)),
        FAR,
      ),
    callers: (name, own) => code.index.callers(name).filter((c) => !own.has(c.path)),
    text: (path, name) => {
      const f = code.index.definitions(name).find((d) => d.path === path);
      return f === undefined ? null : code.text(f);
    },
    sites: code.index.callers,
    lines: (site) => {
      const f = definitionAt(site);
      const text = f && code.text(f);
      return f && text
        ? text
            .split('\n')
            .slice(f.line - 1, f.endLine)
            .join('\n')
        : null;
    },
    mentioning: (file, word) => {
      const folder = file.slice(0, file.lastIndexOf('/') + 1);
      const near = code.index
        .files()
        .filter((f) => f.path !== file && f.path.endsWith('.c') && f.path.startsWith(folder) && !f.path.slice(folder.length).includes('/'));
      return near.length > MAX_FILES
        ? null
        : near.flatMap((f) => {
            const text = code.text(f);
            return text?.includes(word) === true ? [{ path: f.path, text }] : [];
          });
    },
    sketch: (site) => {
      const f = definitionAt(site);
      const fn = f && code.parse(f)?.fn;
      if (!fn) return null;
      const { cfg } = buildCfg(fn, primitives.hints);
      return { fn, file: site.path, cfg, effects: effectTable(cfg, (name, args) => below(name, site.path, args)) };
    },
    body: (name, file) => {
      const [f, ...others] = graph.resolve(name, file);
      return f === undefined || others.length > 0 ? null : (code.parse(f)?.fn ?? null);
    },
  };
}

function fits(f: TreeFunction, args: number): boolean {
  return args < 0 || f.params === args || f.variadic;
}

/** A contract that says nothing of locks and references is no reason to believe that nothing else happens. */
function telling(result: Callee): Callee {
  return result !== null && result !== 'harmless' && bears(result) ? result : null;
}

/** What a callee says, whatever its parameters are called and wherever it stands. */
function said(callee: Callee): string {
  if (callee === null || callee === 'harmless') return callee ?? '';
  const names = new Map(callee.params.map((p, i) => [p.name, `#${i}`]));
  return JSON.stringify([callee.outcomes, callee.pure, callee.result, callee.noreturn], (key, value: unknown) =>
    key === 'line' ? undefined : key === 'name' && typeof value === 'string' ? (names.get(value) ?? value) : value,
  );
}
