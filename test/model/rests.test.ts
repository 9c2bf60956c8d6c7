import { describe, expect, it } from 'vitest';
import { claimed, judged } from './case.js';

const LEAK = { rule: 'ref-leak', resource: 'folio reference', kind: 'folio' };

const HANDS_OUT = 'void f(struct lane *p)\n{\n\tfolio_get(p->folio);\n\tp->seen++;\n}';
const PLAIN = 'void f(struct lane *p)\n{\n\tp->seen++;\n}';
const GIVES_BACK = 'void f(struct lane *p)\n{\n\tfolio_get(p->folio);\n\tp->seen++;\n\tfolio_put(p->folio);\n}';
const KEEPS_SOME = 'void f(struct lane *p)\n{\n\tfolio_get(p->folio);\n\tif (p->seen++)\n\t\treturn;\n\tfolio_put(p->folio);\n}';
const GETS_SOME = 'void f(struct lane *p)\n{\n\tif (p->seen)\n\t\tfolio_get(p->folio);\n\tp->seen++;\n}';

describe('what is wrong only if callers expect it is not confirmed', () => {
  const why = (before: string | null, after: string, claim: Partial<Parameters<typeof claimed>[2]> = {}): string => {
    const v = claimed(before, after, { ...LEAK, ...claim });
    return `${v.state} ${v.why}`;
  };

  it('a patch that makes a function take a reference of an argument and give it back nowhere', () => {
    expect(why(PLAIN, HANDS_OUT)).toMatch(/^unmodelled the patch takes it and gives it back on no path/);
  });
  it('but the put that is gone, or made on some paths only, is', () => {
    expect(why(GIVES_BACK, HANDS_OUT)).toMatch(/^confirmed /);
    expect(why(PLAIN, KEEPS_SOME)).toMatch(/^confirmed /);
  });
  it('a patch after which a function takes only sometimes what it handed out always', () => {
    expect(why(HANDS_OUT, GETS_SOME, { rule: 'ref-underflow' })).toMatch(/^unmodelled the new code does not ask for it on this path/);
  });
  it('but a reference that it takes and puts again is', () => {
    expect(why(HANDS_OUT, KEEPS_SOME, { rule: 'ref-underflow' })).toMatch(/^confirmed /);
  });

  const standing = (code: string): string => {
    const v = judged(null, code).find((j) => j.judged.finding.rule === 'ref-leak')?.verdict;
    return `${v?.state} ${v?.state === undefined ? '' : v.why}`;
  };
  const collect = (fill: string): string => `int f(struct address_space *mapping, unsigned long *found, int n)
{
	struct folio *folio;
	int i;

	for (i = 0; i < n; i++) {
		folio = filemap_get_folio(mapping, i);
		if (IS_ERR(folio))
			continue;
${fill}
	}
	return 0;
}`;
  it('a new function whose list may say what it leaves with its caller', () => {
    expect(standing(collect('\t\tfound[i] = folio->index;'))).toMatch(/^unmodelled there is no code before/);
  });
  it('but one that tells nobody, or fails, is', () => {
    expect(standing(collect('\t\tn--;'))).toMatch(/^confirmed /);
    expect(standing(collect('\t\tfound[i] = folio->index;\n\t\tif (folio->index > n)\n\t\t\treturn -EIO;'))).toMatch(/^confirmed /);
  });
});
