import { describe, expect, it } from 'vitest';
import { replay } from '../../src/model/interpret.js';
import { search } from '../../src/model/search.js';
import { toPromela } from '../../src/model/promela.js';
import { claimed, judged, modelFiles, rivals } from './case.js';
import { BUGS, HARMLESS, newCode, oldCode } from './judge-cases.js';

describe('bugs are confirmed, with a schedule that another interpreter follows', () => {
  it.each(BUGS)('$name', (c) => {
    const all = judged(oldCode(c.code), newCode(c.code));
    const found = all.find((x) => x.judged.finding.rule === c.rule) ?? all[0];
    expect(found, 'the rules say nothing').toBeDefined();
    const verdict = found?.verdict;
    if (verdict?.state !== 'confirmed') throw new Error(`${found?.judged.finding.rule}: ${verdict?.state} ${verdict?.why}`);
    expect(verdict.trace.failure).toMatch(c.failure);
    if (c.actors !== undefined) expect(verdict.program.actors.map((a) => a.name)).toEqual(c.actors);
    // Everything a report carries is enough to see it again.
    const carried = JSON.parse(JSON.stringify(verdict)) as typeof verdict;
    expect(replay(carried.program, carried.trace.text)).toMatchObject({ ok: true, failure: verdict.trace.failure, error: null });
    expect(toPromela(carried.program)).toContain('active proctype');
    // No shorter schedule fails, and each step of the function is a line of its code.
    const again = search(carried.program);
    if (typeof again === 'string') throw new Error(again);
    expect(again.failure?.steps.length).toBe(verdict.trace.steps.length);
    const lines = newCode(c.code).split('\n');
    for (const s of verdict.trace.steps.filter((x) => x.file === 'mm/case.c')) {
      const word = /[a-z_]+/.exec(s.text)?.[0] ?? '';
      expect(lines[s.line - 1], `${s.line}: ${s.text}`).toContain(word);
    }
  });

  it('the consequence needs the rival: dropping it drops the failure', () => {
    for (const c of BUGS.filter((x) => (x.actors?.length ?? 0) === 2)) {
      const found = judged(oldCode(c.code), newCode(c.code)).find((x) => x.judged.finding.rule === c.rule);
      if (found?.verdict.state !== 'confirmed') throw new Error(c.name);
      const { program } = found.verdict;
      const [self] = program.actors;
      if (self === undefined) throw new Error(c.name);
      const alone = { ...program, actors: [self, { name: 'nobody', file: '', points: [] }], final: [] };
      const r = search(alone);
      expect(typeof r === 'string' ? r : r.failure, c.name).toBeNull();
    }
  });

  it('gives the same verdict each time', () => {
    const [c] = BUGS;
    if (c === undefined) throw new Error('no case');
    expect(judged(oldCode(c.code), newCode(c.code)).map((x) => x.verdict)).toEqual(judged(oldCode(c.code), newCode(c.code)).map((x) => x.verdict));
  });
});

describe('correct code is refuted, with what was searched', () => {
  it.each(HARMLESS)('$name', (c) => {
    const verdict = claimed(oldCode(c.code), newCode(c.code), c.claim);
    expect(`${verdict.state} ${verdict.why}`).toMatch(/^refuted no interleaving fails: every path of f\(\).*states? searched$/);
    expect(verdict.state === 'refuted' && verdict.assumptions[0]).toBe('f() is called once, alone');
  });
});

describe('what is not told apart is said, not guessed', () => {
  it('the code before fails the same way', () => {
    const code = (extra: string): string =>
      `int f(struct foo *p, int n)\n{\n\tmutex_lock(&p->lock);\n\tif (n < 0)\n\t\treturn -EINVAL;\n${extra}\tmutex_unlock(&p->lock);\n\treturn n;\n}`;
    const v = claimed(code(''), code('\tp->n = n;\n'), { rule: 'lock-leak', resource: 'foo->lock', kind: 'mutex' });
    expect(v.state).not.toBe('confirmed');
  });
  it('nothing is known of the object', () => {
    const code = 'int f(struct foo *p)\n{\n\treturn g(p);\n}';
    expect(claimed(code, code, { rule: 'lock-leak', resource: 'foo->lock', kind: 'mutex' })).toMatchObject({
      state: 'unmodelled',
      why: 'no step of f() on foo->lock is known to the model',
    });
  });
});

describe('what callers bring is not refuted by the function that is doubted', () => {
  it('an interrupt state that is given back and was never changed', () => {
    const found = judged(
      null,
      'int f(struct foo *p)\n{\n\tspin_lock(&p->lock);\n\tif (p->n) {\n\t\tspin_unlock_irq(&p->lock);\n\t\treturn 0;\n\t}\n\tp->n = 1;\n\tspin_unlock_irq(&p->lock);\n\treturn 1;\n}',
    );
    expect(found.map((f) => `${f.judged.finding.rule} ${f.verdict.state}`)).toContain('unlock-mismatch unmodelled');
    expect(found.filter((f) => f.verdict.state === 'refuted')).toEqual([]);
  });
});

describe('rivals', () => {
  it('every file in models/ is an actor that can be run', () => {
    expect([...new Set(rivals.map((r) => r.file))].sort()).toEqual(modelFiles.map((f) => f.path).sort());
  });
});

describe('walks and the flag that promises their lock', () => {
  const fn = (lock: string, flag: string, unlock: string): string => `
static int thing_migrate(struct folio *folio, struct anon_vma *anon_vma, int wait)
{
	if (!wait)
		return -EAGAIN;
${lock}	try_to_migrate(folio, ${flag});
${unlock}	return 0;
}`;
  const locked = (flag: string): string => fn('\tdown_read(&anon_vma->rwsem);\n', flag, '\tup_read(&anon_vma->rwsem);\n');
  const written = (flag: string): string => fn('\tdown_write(&anon_vma->rwsem);\n', flag, '\tup_write(&anon_vma->rwsem);\n');
  const bare = (flag: string): string => fn('', flag, '');
  const of = (before: string | null, after: string) => judged(before, after).find((j) => j.judged.finding.rule === 'ttu-flags');

  it('the flag is dropped under the write lock: the walk waits for its own task', () => {
    expect(of(written('TTU_RMAP_LOCKED'), written('0'))?.verdict).toMatchObject({ state: 'confirmed', why: expect.stringMatching(/^deadlock: .* for itself/) });
  });
  it('the flag is dropped under the read lock: a writer queues in between', () => {
    const verdict = of(locked('TTU_RMAP_LOCKED'), locked('0'))?.verdict;
    expect(verdict).toMatchObject({ state: 'confirmed', why: expect.stringMatching(/^deadlock: .*writer/) });
  });
  it('the flag is set and nothing is held: a writer is in the tree during the walk', () => {
    expect(of(bare('0'), bare('TTU_RMAP_LOCKED'))?.verdict).toMatchObject({
      state: 'confirmed',
      why: expect.stringMatching(/while another task holds it for writing/),
    });
  });
  it('without a code before, the callers may hold the lock', () => {
    const claim = { rule: 'ttu-flags', code: 'setNotHeld', resource: 'rmap lock', kind: 'rwsem' };
    expect(claimed(null, bare('TTU_RMAP_LOCKED'), claim)).toMatchObject({ state: 'unmodelled', why: expect.stringMatching(/callers/) });
  });
  it.each([
    ['under the lock', locked('TTU_RMAP_LOCKED')],
    ['under the write lock', written('TTU_RMAP_LOCKED')],
    ['without the lock', bare('0')],
  ])('the right flag %s is refuted', (_name, code) => {
    const claim = { rule: 'ttu-flags', code: 'heldNotSet', resource: 'anon_vma->rwsem', kind: 'rwsem' };
    expect(claimed(code, code, claim).state).toBe('refuted');
  });
});

describe('what no interleaving can speak about', () => {
  const claim = { rule: 'ref-underflow', resource: 'anon_vma reference', kind: 'anon_vma' };
  it('a function that counts references by itself', () => {
    const code =
      'struct anon_vma { atomic_t refcount; };\nint f(struct anon_vma *anon_vma)\n{\n\tif (!count_up(&anon_vma->refcount))\n\t\treturn 0;\n\tput_anon_vma(anon_vma);\n\treturn 1;\n}';
    expect(claimed(code, code, claim)).toMatchObject({ state: 'unmodelled', why: expect.stringMatching(/counts by itself: count_up\(&anon_vma->refcount\)/) });
  });
});
