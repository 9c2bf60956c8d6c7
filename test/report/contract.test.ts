import { describe, expect, it } from 'vitest';
import type { ExitContract } from '../../src/lockgraph/change.js';
import { contractRows } from '../../src/report/contract.js';
import { sampleReport } from './sample-report.js';

const [sample] = sampleReport.functions;
const exit = (name: string, ...gains: string[]): ExitContract => ({ exit: name, gains, drops: [], needs: [] });
const drawn = (before: readonly ExitContract[], after: readonly ExitContract[]): string[] =>
  contractRows({ ...sample!, before, after }).map((r) => `${r.changed ? '!' : ' '} ${r.before ?? ''} | ${r.after ?? ''}`);
const NOTHING = 'nothing held, nothing dropped';

describe('contract rows', () => {
  it('sets what a new case leaves apart from the case that is as it was', () => {
    expect(drawn([exit('returns an error')], [exit('returns an error where !x', 'x->lock'), exit('returns an error otherwise')])).toEqual([
      '!  | returns an error where !x',
      '!  | gains x->lock',
      '  returns an error | returns an error otherwise',
      `  ${NOTHING} | ${NOTHING}`,
    ]);
  });
  it('shows both ways of one result', () => {
    expect(drawn([exit('returns an error')], [exit('returns an error', 'a folio reference'), exit('returns an error')])).toEqual([
      '!  | returns an error',
      '!  | gains a folio reference',
      '  returns an error | returns an error',
      `  ${NOTHING} | ${NOTHING}`,
    ]);
  });
  it('calls a result no change that the other side has among others, where neither leaves anything', () => {
    expect(drawn([exit('returns')], [exit('returns 0'), exit('returns')])).toEqual([
      '   | returns 0',
      `   | ${NOTHING}`,
      '  returns | returns',
      `  ${NOTHING} | ${NOTHING}`,
    ]);
    expect(drawn([exit('returns an error')], [exit('returns 0'), exit('returns an error')])[0]).toBe('!  | returns 0');
    expect(drawn([exit('returns', 'x->lock')], [exit('returns 0'), exit('returns', 'x->lock')])[0]).toBe('!  | returns 0');
  });
  it('tells what one exit gains and loses', () => {
    expect(drawn([exit('returns 0', 'a->lock', 'b->lock')], [exit('returns 0', 'b->lock', 'c->lock')])).toEqual([
      '  returns 0 | returns 0',
      '! gains a->lock | ',
      '  gains b->lock | gains b->lock',
      '!  | gains c->lock',
    ]);
  });
});
