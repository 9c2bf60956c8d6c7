import { createProgram, type Analysed, type Primitives } from './program.js';

/** A body of the knowledge that asks something under the lock which alone decides it, with where that is documented. */
export interface DocumentedQuestion {
  readonly body: Analysed;
  readonly source: string;
}

const known = new WeakMap<Primitives, readonly DocumentedQuestion[]>();

/** All of them, in the order of the knowledge. */
export function documentedQuestions(primitives: Primitives): readonly DocumentedQuestion[] {
  let questions = known.get(primitives);
  if (questions === undefined) known.set(primitives, (questions = analysed(primitives)));
  return questions;
}

function analysed(primitives: Primitives): readonly DocumentedQuestion[] {
  const file = {
    path: 'knowledge',
    functions: primitives.questions.map((q) => q.fn),
    structs: [],
    typedefs: [],
    globals: [],
    constants: new Map<string, number | null>(),
  };
  const program = createProgram([file], primitives, () => false);
  return primitives.questions.flatMap(({ fn, source }) => {
    const body = program.analyse('knowledge', fn.name);
    return body ? [{ body, source }] : [];
  });
}
