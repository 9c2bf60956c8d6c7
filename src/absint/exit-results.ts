import { exitMask } from './exit-cases.js';
import type { Exit } from './exit.js';
import { maskOf, NEG, valuesOf } from './fact.js';
import type { Machine } from './machine.js';
import type { TermId } from './term.js';

/** The tests by bits that the value returned on `x` has passed. */
export function bitTests(m: Machine, x: Exit): { readonly flags: TermId; readonly mask: number }[] {
  const { value } = x;
  if (value === null) return [];
  return [...x.state.facts].flatMap(([id, f]) => {
    const t = m.terms.get(id);
    const flags = t.k === 'op' && t.op === '&' && t.args.includes(value) ? t.args.find((a) => a !== value) : undefined;
    return flags === undefined ? [] : [{ flags, mask: f.mask }];
  });
}

/** Two exits that return different constants, unless both are errors: errors are one kind of result. */
export function otherResult(m: Machine, a: Exit, b: Exit): boolean {
  if (a.value === null || b.value === null || (exitMask(m, a) === NEG && exitMask(m, b) === NEG)) return false;
  if (failsTestOf(m, a, b) || failsTestOf(m, b, a)) return true;
  // What is no NULL is a pointer, unless it was made of an error.
  if (m.fn.returns.pointers > 0 && (exitMask(m, a) & exitMask(m, b)) === NEG && (exitMask(m, a) === NEG) !== (exitMask(m, b) === NEG)) return true;
  const x = valuesOf(m.terms, a.state.facts, a.value);
  const y = valuesOf(m.terms, b.state.facts, b.value);
  return x !== null && y !== null && !x.some((v) => y.includes(v));
}

/** A test by bits that the value of `a` has passed comes out the other way for the value of `b`. */
function failsTestOf(m: Machine, a: Exit, b: Exit): boolean {
  if (b.value === null) return false;
  const values = valuesOf(m.terms, b.state.facts, b.value) ?? [b.value];
  return bitTests(m, a).some(({ flags, mask }) => values.every((v) => (mask & maskOf(m.terms, b.state.facts, m.terms.op('&', [v, flags]))) === 0));
}
