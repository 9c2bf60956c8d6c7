import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { primitivesOf } from '../../src/kernel/primitives.js';
import { knowledgeFor } from '../../src/kernel/table.js';
import { parser, shipped } from '../kernel/read.js';

const primitives = primitivesOf(knowledgeFor(shipped.table, '6.1'));

/** What is wrong in `user()` when these declarations stand above it. */
function events(declarations: string, body: string): string[] {
  const { file } = parser.parseC(
    'mm/user.c',
    `struct box { spinlock_t lock; struct mutex slow; };\n${declarations}\nint user(struct box *box, int n)\n{\n${body}\n}\n`,
  );
  const found = createProgram([file], primitives, () => false).analyse('mm/user.c', 'user')?.summary.events ?? [];
  return [...new Set(found.filter((e) => e.certainty === 'sure').map((e) => `${e.kind} ${e.resource}`))].sort();
}

const LEAVES = '\tbox_open(box);\n\tif (broken())\n\t\treturn -EINVAL;\n\tspin_unlock(&box->lock);\n\treturn 0;';

describe("the annotations of a tree's own declarations", () => {
  it('make a lock of a function whose body is elsewhere', () => {
    expect(events('void box_open(struct box *box) __acquires(&box->lock);', LEAVES)).toEqual(['held-at-exit box->lock']);
    expect(events('void box_open(struct box *box);', LEAVES)).toEqual([]);
  });
  it('make an unlock of one', () => {
    const body = '\tspin_lock(&box->lock);\n\tbox_close(box);\n\treturn 0;';
    expect(events('void box_close(struct box *box) __releases(&box->lock);', body)).toEqual([]);
    expect(events('void box_close(struct box *box);', body)).toEqual(['held-at-exit box->lock']);
  });
  it('tell the failing result from the other, in the older spelling too', () => {
    const body = '\tif (!box_try(box))\n\t\treturn -EAGAIN;\n\tspin_unlock(&box->lock);\n\treturn 0;';
    expect(events('bool box_try(struct box *box) __cond_acquires(&box->lock);', body)).toEqual([]);
    expect(events('bool box_try(struct box *box) __cond_acquires(true, &box->lock);', body)).toEqual([]);
    expect(events('bool box_try(struct box *box) __cond_acquires(true, &box->lock);', body.replace('!box_try', 'box_try'))).not.toEqual([]);
  });
  it('are outweighed by a body', () => {
    expect(events('void box_open(struct box *box) __acquires(&box->lock);\nvoid box_open(struct box *box) { n_opened++; }', LEAVES)).toEqual([]);
  });
});
