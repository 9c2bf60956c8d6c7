import { describe, expect, it } from 'vitest';
import { judge, type ModelRequest } from '../../src/model/judge.js';
import { NO_EVIDENCE } from '../../src/lockgraph/evidence.js';
import { NO_OTHERS } from '../../src/rules/unlike-others.js';
import { NO_USES } from '../../src/lockgraph/guarded.js';
import { differ } from '../../src/rules/differ.js';
import { analysed, modelFiles, requestOf, rivals } from '../model/case.js';

// Threads need the built program.
const { judgePool } = (await import(new URL('../../dist/cli/judge-pool.js', import.meta.url).href)) as typeof import('../../src/cli/judge-pool.js');

function requestsFor(before: string, after: string): readonly ModelRequest[] {
  const pre = analysed(before);
  const post = analysed(after);
  return differ({
    file: 'mm/case.c',
    pre,
    post,
    adjustedCallers: [],
    questions: [],
    order: { pre: NO_EVIDENCE, post: NO_EVIDENCE },
    bodies: { pre: () => null, post: () => null },
    guards: NO_USES,
    others: NO_OTHERS,
  }).map((j) => requestOf(j, pre, post));
}

const leaking = (lock: string, n: number): readonly ModelRequest[] => {
  const code = (unlock: string): string =>
    `int f${n}(struct foo *p, int n)\n{\n\t${lock}(&p->lock);\n\tif (g(n) < ${n}) {\n${unlock}\t\treturn -EINVAL;\n\t}\n\tp->n = n;\n\t${lock.replace('lock', 'unlock')}(&p->lock);\n\treturn 0;\n}`;
  return requestsFor(code(`\t\t${lock.replace('lock', 'unlock')}(&p->lock);\n`), code(''));
};
const putEarly = (n: number): readonly ModelRequest[] => {
  const code = (end: string): string =>
    `void f${n}(struct address_space *mapping)\n{\n\tstruct folio *folio = filemap_get_folio(mapping, ${n});\n\n\tif (IS_ERR(folio))\n\t\treturn;\n\tfolio_lock(folio);\n${end}}`;
  return requestsFor(code('\tfolio_unlock(folio);\n\tfolio_put(folio);\n'), code('\tfolio_put(folio);\n\tfolio_unlock(folio);\n'));
};

describe('findings judged in several threads', () => {
  const requests = [
    ...[1, 2, 3].flatMap((n) => leaking('mutex_lock', n)),
    ...[4, 5, 6].flatMap((n) => leaking('spin_lock', n)),
    ...[7, 8, 9].flatMap(putEarly),
  ];
  const alone = requests.map((r) => judge(r, rivals));

  it('get the verdicts that one thread comes to, in their order', () => {
    let done = 0;
    // This thread is slow, so that the others have their turn.
    const slowly = (r: ModelRequest): ReturnType<typeof judge> => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return judge(r, rivals);
    };
    expect(
      judgePool(
        slowly,
        modelFiles,
        3,
        0,
      )(requests, () => {
        done++;
      }),
    ).toEqual(alone);
    expect(done).toBe(requests.length);
    expect(alone.filter((v) => v.state === 'confirmed').length).toBeGreaterThan(6);
  }, 60_000);

  it('of which few are judged at once', () => {
    expect(judgePool((r) => judge(r, rivals), modelFiles, 3)(requests.slice(0, 2), () => undefined)).toEqual(alone.slice(0, 2));
    expect(judgePool((r) => judge(r, rivals), modelFiles, 3)([], () => undefined)).toEqual([]);
  });
});
