import { describe, expect, it } from 'vitest';
import { replay } from '../../src/model/interpret.js';
import { search, traceText } from '../../src/model/search.js';
import { PROTOCOLS } from './protocols.js';

describe('primitives: good protocols are refuted, mutants fail as stated', () => {
  it.each(PROTOCOLS)('$name', ({ program, expect: expected }) => {
    const r = search(program);
    if (typeof r === 'string') throw new Error(r);
    expect(r.bound).toBeNull();
    if (expected === 'refuted') {
      expect(r.failure).toBeNull();
      expect(r.ended).toEqual(program.actors.map(() => true));
      return;
    }
    expect(r.failure).not.toBeNull();
    const again = replay(program, traceText(r.failure?.steps ?? []));
    expect(again.error).toBeNull();
    expect(again.failure).toMatch(expected);
  });
  it('every mutant has a good protocol beside it', () => {
    expect(PROTOCOLS.every((p) => p.name.startsWith(p.expect === 'refuted' ? 'ok ' : 'bad '))).toBe(true);
  });
});
