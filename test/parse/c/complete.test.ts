import { describe, expect, it } from 'vitest';
import { completeFragments } from '../../../src/parse/c/complete.js';
import type { CFunction } from '../../../src/parse/c/ast.js';
import { body } from './compact.js';
import { wasm } from './parsers.js';

/** What is known of the function from elsewhere. */
const known = wasm.parseC(
  'known.h',
  `struct rope *pull(struct pier *pier)
{
	struct rope *rope = pier->rope;

	if (try_lock(rope))
		return rope;
	lock(rope);
	if (last(rope))
		return NULL;
	return rope;
}
`,
).file.functions[0] as CFunction;

/** One hunk at line 100, `+` in front of what the patch adds, `-` in front of what it takes away. */
function complete(hunk: string, section = 'struct rope *pull(struct pier *pier)') {
  const lines = hunk.split('\n');
  const text = (out: string): string =>
    `${'\n'.repeat(98)}${section}\n${lines
      .filter((l) => l[0] !== out)
      .map((l) => l.slice(1))
      .join('\n')}\n`;
  const post = lines.filter((l) => l[0] !== '-');
  const pre = lines.filter((l) => l[0] !== '+');
  const range = (side: readonly string[], sign: string): [number, number] => {
    const first = side.findIndex((l) => l[0] === sign);
    return first < 0 ? [100, 99] : [100 + first, 100 + side.findLastIndex((l) => l[0] === sign)];
  };
  const sides = { pre: wasm.parseFragments('a.c', text('+')).file, post: wasm.parseFragments('a.c', text('-')).file };
  const made = completeFragments(sides, [{ pre: range(pre, '-'), post: range(post, '+') }], (name) => (name === 'pull' ? known : null));
  return { pre: body(made.pre?.functions[0] as CFunction), post: body(made.post?.functions[0] as CFunction), gaps: made.gaps.map((g) => g.why) };
}

describe('functions that are shown in part, of which a body is known', () => {
  it('become whole, with what the patch adds before the shown statement that follows it', () => {
    const { pre, post, gaps } = complete('+\tif (pier->rope != rope) {\n+\t\tunlock(rope);\n+\t\tgoto again;\n+\t}\n \tif (last(rope))\n \t\tdrop(rope);');
    expect(pre).toBe(body(known));
    expect(post).toBe(
      'again: struct rope* rope = pier->rope; if try_lock(rope) return rope; lock(rope); if (pier->rope != rope) { unlock(rope); goto again; } if last(rope) return NULL=0; return rope;',
    );
    expect(gaps).toEqual([
      'the lines of this function that are not shown were taken from the knowledge, where they are lines 1-11; label again is taken to stand at its start',
    ]);
  });

  it.each([
    ['something is taken away', '-\tlock(rope);\n+\tlock_twice(rope);\n \tif (last(rope))\n \t\tdrop(rope);'],
    ['nothing shows the place of what is added', '+\tcount(rope);'],
    ['what follows is not in the known body', '+\tcount(rope);\n \tif (first(rope))\n \t\tdrop(rope);'],
  ])('stay as they are where %s', (_, hunk) => {
    const { post, gaps } = complete(hunk);
    expect(post).toContain('¿…?');
    expect(gaps).toEqual([]);
  });

  it('stay as they are where nothing is known of them', () => {
    expect(complete('+\tcount(rope);\n \tif (last(rope))\n \t\tdrop(rope);', 'struct rope *push(struct pier *pier)').gaps).toEqual([]);
  });
});
