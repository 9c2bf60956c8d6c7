import { createProgram, type Primitives } from './program.js';

/** Two lock classes in the order that `source` documents. */
export interface DocumentedPair {
  readonly held: string;
  readonly taken: string;
  readonly source: string;
}

const known = new WeakMap<Primitives, readonly DocumentedPair[]>();

/** The pairs of all documented orders, in the order of the knowledge. */
export function documentedPairs(primitives: Primitives): readonly DocumentedPair[] {
  let pairs = known.get(primitives);
  if (pairs === undefined) known.set(primitives, (pairs = findPairs(primitives)));
  return pairs;
}

function findPairs(primitives: Primitives): readonly DocumentedPair[] {
  const file = {
    path: 'knowledge',
    functions: primitives.orders.map((o) => o.fn),
    structs: [],
    typedefs: [],
    globals: [],
    constants: new Map<string, number | null>(),
  };
  const program = createProgram([file], primitives, () => false);
  return primitives.orders.flatMap(({ fn, source }) =>
    (program.analyse('knowledge', fn.name)?.summary.order ?? []).map((p) => ({ held: p.held.resource, taken: p.taken.resource, source })),
  );
}
