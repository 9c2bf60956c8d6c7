import { describe, expect, it } from 'vitest';
import { runTexts } from '../run-fixture.js';

const HEAD = `struct pool { struct mutex lock; spinlock_t fast; struct folio *spare; int users; int dead; };
int pool_try(struct pool *p);
void pool_use(struct folio *folio);
`;

/** Errors and warnings, as `status rule`; fixed ones count, notes do not. */
async function said(...bodies: readonly (string | null)[]): Promise<string[]> {
  const { findings, gaps } = await runTexts(...bodies.map((body) => (body === null ? null : `${HEAD}\n${body}`)));
  expect(gaps).toEqual([]);
  return findings
    .filter((f) => f.severity !== 'note')
    .map((f) => `${f.status} ${f.rule}`)
    .sort();
}

const fn = (body: string, name = 'pool_work', args = 'struct pool *p'): string => `int ${name}(${args})\n{\n${body}\n}\n`;

const LOCKED = fn(`	int ret = 0;

	mutex_lock(&p->lock);
	if (p->dead) {
		ret = -EINVAL;
		goto out;
	}
	p->users++;
out:
	mutex_unlock(&p->lock);
	return ret;`);
const LEAKS = fn(`	mutex_lock(&p->lock);
	if (p->dead)
		return -EINVAL;
	p->users++;
	mutex_unlock(&p->lock);
	return 0;`);
const LEAKS_LATER = LEAKS.replace('p->users++;', 'p->users += 2;');
const TWICE = LOCKED.replace('	p->users++;\n', '	p->users++;\n	mutex_unlock(&p->lock);\n');
const COUNTED = fn(
  `	struct folio *folio = filemap_get_folio(mapping, 0);

	if (!folio)
		return -ENOENT;
	if (p->dead) {
		folio_put(folio);
		return -EINVAL;
	}
	pool_use(folio);
	folio_put(folio);
	return 0;`,
  'pool_work',
  'struct pool *p, struct address_space *mapping',
);
const KEEPS = COUNTED.replace('		folio_put(folio);\n', '');
const AFTER_PUT = COUNTED.replace(
  '	pool_use(folio);\n	folio_put(folio);\n	return 0;',
  '	folio_put(folio);\n	folio_lock(folio);\n	folio_unlock(folio);\n	return 0;',
);
const SPUN = LOCKED.replace('mutex_lock(&p->lock)', 'spin_lock(&p->fast)').replace('mutex_unlock(&p->lock)', 'spin_unlock(&p->fast)');
const MIXED = SPUN.replace('spin_unlock(&p->fast)', 'spin_unlock_irq(&p->fast)');
const HANDS_OVER = `void pool_lock(struct pool *p)\n{\n	mutex_lock(&p->lock);\n}\n`;
const TRIES = fn(`	if (!mutex_trylock(&p->lock))
		return -EAGAIN;
	p->users++;
	mutex_unlock(&p->lock);
	return 0;`);
const TRIES_INVERTED = TRIES.replace('!mutex_trylock', 'mutex_trylock');

/** What is introduced in one direction is fixed in the other; what is on both sides is neither. */
describe('which side is wrong', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['an unlock is lost on an error path', LOCKED, LEAKS, ['lock-leak']],
    ['an unlock comes twice', LOCKED, TWICE, ['unlock-not-held']],
    ['a put is lost on an error path', COUNTED, KEEPS, ['ref-leak']],
    ['a use moves behind the put', COUNTED, AFTER_PUT, ['use-after-put']],
    ['the lock and its unlock become another kind together', LOCKED, SPUN, []],
    ['only the unlock becomes another kind', SPUN, MIXED, ['unlock-mismatch']],
    ['a trylock is tested the wrong way round', TRIES, TRIES_INVERTED, ['trylock-misused']],
    ['variables get other names', COUNTED, COUNTED.replaceAll('folio)', 'f)').replaceAll('*folio ', '*f ').replaceAll('(!folio', '(!f'), []],
    ['lines are wrapped and commented', LOCKED, LOCKED.replace('	if (p->dead) {', '	/* Nobody may come any more. */\n	if (unlikely(p->dead)) {'), []],
    ['a label gets another name', LOCKED, LOCKED.replaceAll('out', 'unlock'), []],
    ['nothing', LOCKED, LOCKED, []],
  ])('%s', async (_, right, wrong, rules) => {
    const all = (status: string): string[] => rules.map((r) => `${status} ${r}`);
    expect(await said(right, wrong)).toEqual(all('introduced'));
    expect(await said(wrong, right)).toEqual(all('fixed'));
  });

  it.each<[string, string | null, string | null, readonly string[]]>([
    ['a mistake that was there stays there', LEAKS, LEAKS_LATER, ['preexisting lock-leak']],
    ['one mistake goes, another comes', LEAKS, TWICE, ['fixed lock-leak', 'introduced unlock-not-held']],
    ['a new function that forgets its unlock', null, LEAKS, ['introduced lock-leak']],
    ['a function with a mistake is deleted', LEAKS, null, []],
    ['a new function that hands its lock out', null, HANDS_OVER, []],
  ])('%s', async (_, pre, post, expected) => {
    expect(await said(pre, post)).toEqual(expected);
  });

  it('does not compare what a callee does that is too large to be followed on one side', async () => {
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const each = (op: string): string => others.map((x) => `\tif (${x})\n\t\t${op}(&${x}->lock);\n`).join('');
    const args = `struct pool *p, ${others.map((x) => `struct pool *${x}`).join(', ')}`;
    const callee = (body: string): string => `static void pool_finish(${args})\n{\n${body}\tp->users--;\n\tspin_unlock(&p->fast);\n}\n`;
    const caller = (body: string): string => `int pool_work(${args})\n{\n${body}\tpool_finish(p, ${others.join(', ')});\n\treturn 0;\n}\n`;
    const large = callee(each('mutex_lock') + each('mutex_unlock'));
    const small = callee('');
    const { findings, gaps } = await runTexts(`${HEAD}\n${large}${caller('')}`, `${HEAD}\n${small}${caller('\tp->dead = 1;\n')}`);
    expect(gaps.map((g) => g.function)).toContain('pool_finish');
    expect(findings.filter((f) => f.severity !== 'note' && f.function === 'pool_work')).toEqual([]);
  });

  it('knows a function that gets another name together with a mistake', async () => {
    expect(await said(LOCKED, LEAKS.replace('pool_work', 'pool_do_work'))).toEqual(['introduced lock-leak']);
  });
});

describe('a leak that one patch of a series brings in', () => {
  it('is transient when the next one mends it', async () => {
    expect(await said(LOCKED, LEAKS, LOCKED)).toEqual(['fixed lock-leak', 'transient lock-leak']);
  });
  it('is transient when the next one takes the function out', async () => {
    expect(await said(LOCKED, LEAKS, '')).toContain('transient lock-leak');
  });
  it('stays when the next one only changes what is returned there', async () => {
    expect(await said(LOCKED, LEAKS, LEAKS.replace('return -EINVAL', 'return 1'))).toContain('introduced lock-leak');
  });
  it('stays when the next one only changes something else', async () => {
    expect(await said(LOCKED, LEAKS, LEAKS_LATER)).toContain('introduced lock-leak');
  });
});
