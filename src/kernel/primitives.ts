import type { CFunction, CType, StructType } from '../parse/c/ast.js';
import type { Contract, LockKind } from './contract.js';
import { contractFromAttributes, type DocumentedOrder, type Knowledge, selectContract } from './table.js';
import { covers } from './version.js';

/** What the engine asks of the knowledge, for one kernel version. */
export interface KernelPrimitives {
  readonly hints: Pick<Knowledge, 'iterators' | 'guards' | 'frees'>;
  readonly contract: (name: string, args: number) => Contract | null;
  readonly definition: (name: string) => CFunction | null;
  readonly structs: ReadonlyMap<string, StructType>;
  readonly constants: ReadonlyMap<string, number | null>;
  readonly lockTypes: ReadonlyMap<string, LockKind>;
  readonly globals: ReadonlyMap<string, CType>;
  /** Bodies that take locks in a documented order. */
  readonly orders: readonly DocumentedOrder[];
  /** Bodies that show how the two halves of an operation are called for several objects. */
  readonly batches: readonly DocumentedOrder[];
  /** Bodies that ask something under the lock that alone decides it. */
  readonly questions: readonly DocumentedOrder[];
  /** Annotations count where there is no body to compute from: a body says more. */
  readonly annotations: (fn: CFunction, structs?: ReadonlyMap<string, StructType>) => Contract | null;
}

/** `declaration` gives the tree's own declaration of a name where the host can find one cheaply, else null. */
export function primitivesOf(knowledge: Knowledge, declaration: (name: string) => CFunction | null = () => null): KernelPrimitives {
  const documented = [...knowledge.orders.values()].flat().filter((o) => knowledge.version === null || covers(o, knowledge.version));
  const isBatch = (o: DocumentedOrder): boolean => o.fn.attributes.some((a) => a.name === '__batch');
  const found = new Map<string, (Contract | null | undefined)[]>(); // by name, then by the number of arguments and one
  return {
    hints: knowledge,
    contract: (name, args) => {
      let known = found.get(name);
      if (known === undefined) found.set(name, (known = []));
      let contract = known[args + 1];
      if (contract === undefined) known[args + 1] = contract = selectContract(knowledge, name, args, knowledge.version, declaration(name));
      return contract;
    },
    definition: (name) => knowledge.definitions.get(name) ?? null,
    structs: knowledge.structs,
    constants: knowledge.constants,
    lockTypes: knowledge.lockTypes,
    globals: knowledge.globals,
    orders: documented.filter((o) => !isBatch(o)),
    batches: documented.filter(isBatch),
    questions: forVersion(knowledge.questions, knowledge.version),
    annotations: (fn, structs = knowledge.structs) => (fn.body ? null : contractFromAttributes(fn, { ...knowledge, structs })),
  };
}

function forVersion(bodies: Knowledge['orders'], version: string | null): readonly DocumentedOrder[] {
  return [...bodies.values()].flat().filter((b) => version === null || covers(b, version));
}

/** Two versions of which either may be meant: what they state alike, and nothing where they differ. */
export function agreeing(before: KernelPrimitives, after: KernelPrimitives): KernelPrimitives {
  return {
    ...after,
    contract: (name, args) => {
      const x = before.contract(name, args);
      const y = after.contract(name, args);
      return x?.source === y?.source ? y : null;
    },
    definition: (name) => (before.definition(name) === after.definition(name) ? after.definition(name) : null),
  };
}
