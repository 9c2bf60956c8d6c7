import { describe, expect, it } from 'vitest';
import { toPromela } from '../../src/model/promela.js';
import { PROTOCOLS } from './protocols.js';
import { spinErrors, spinReady } from './spin.js';

describe.skipIf(!spinReady)('SPIN gives the same verdict (needs spin and cc)', () => {
  it.each(PROTOCOLS.filter((p) => p.spin !== false))('$name', ({ program, expect: expected }) => {
    expect(spinErrors(toPromela(program))).toBe(expected === 'refuted' ? 0 : 1);
  }, 30_000);
});
