import { describe, expect, it } from 'vitest';
import type { OrderEvidence } from '../../src/lockgraph/evidence.js';
import { judged } from '../model/case.js';

const fn = (first: string, second: string): string => `static DEFINE_MUTEX(list_lock);
static DEFINE_MUTEX(reg_lock);
struct pool { struct mutex a; struct mutex b; };
void f(struct pool *p)
{
	mutex_lock(&${first});
	mutex_lock(&${second});
	p->seen++;
	mutex_unlock(&${second});
	mutex_unlock(&${first});
}`;

/** So many other functions of the file take the two the other way round. */
const others =
  (reversed: number): OrderEvidence =>
  (held, taken) => ({
    documented: null,
    same: [],
    reversed: Array.from({ length: reversed }, (_, i) => ({
      function: `g${i}`,
      file: 'mm/case.c',
      pair: { held: taken, taken: held, tryLock: false, through: [], sure: true, trace: null },
    })),
  });

const said = (code: string, evidence: OrderEvidence): string[] => judged(null, code, evidence).map((j) => j.judged.finding.rule);

describe('the order of two locks in a function as it stands', () => {
  it('of two globals one function that takes them the other way round is enough', () => {
    expect(said(fn('list_lock', 'reg_lock'), others(1))).toEqual(['lock-order']);
    expect(said(fn('list_lock', 'reg_lock'), others(0))).toEqual([]);
  });
  it('locks of objects may be those of two different objects: it takes two', () => {
    expect(said(fn('p->a', 'p->b'), others(1))).toEqual([]);
    expect(said(fn('p->a', 'p->b'), others(2))).toEqual(['lock-order']);
  });
});

describe('the order of an unlock and a put in a function as it stands', () => {
  const work = (first: string, second: string, rest = ''): string => `int f(struct page *page, int n)
{
	lock_page(page);
	if (n < 0) {
		unlock_page(page);
		put_page(page);
		return -EINVAL;
	}
	if (n == 0) {
		${first}(page);
		${second}(page);
		${rest}
		return 0;
	}
	unlock_page(page);
	return 1;
}`;
  const rules = (code: string): string[] => judged(null, code).map((j) => `${j.judged.finding.rule} ${j.judged.finding.line}`);
  it('a put ahead of the unlock, where the same function unlocks first', () => {
    expect(rules(work('put_page', 'unlock_page'))).toEqual(['use-after-put 11']);
    expect(rules(work('unlock_page', 'put_page'))).toEqual([]);
  });
  it('says nothing where another reference is put behind the unlock', () => {
    expect(rules(work('put_page', 'unlock_page', 'put_page(page);'))).toEqual([]);
  });
});
