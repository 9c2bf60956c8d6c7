import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { chainPairs } from '../../src/parse/pairs.js';
import type { HunkLine, Patch, Series } from '../../src/parse/series.js';

const folder = join(projectRoot, 'fixtures', 'damaged');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const BASE = text('base/mm/pond.c');
const onBase = (path: string): string | null => (path === 'mm/pond.c' ? BASE : null);
const read = async (...names: string[]): Promise<Series> => {
  const all = await Promise.all(names.map(async (n) => readInput(n, Buffer.from(text(n)))));
  return assemble(
    all.flatMap((r) => r.messages),
    all.flatMap((r) => r.gaps),
  )[0]!;
};
const linesOf = (patch: Patch | undefined): readonly HunkLine[] => (patch?.files ?? []).flatMap((f) => f.hunks).flatMap((h) => h.lines);
const key = (l: HunkLine): string => l.kind + l.text.replace(/\s+/g, '');

describe('damaged mails of our own', () => {
  it.each(['blanks-dropped.txt', 'collapsed.txt'])('%s: every line in its class; with the base every byte, proved by the blob id', async (name) => {
    const [intact, damaged] = [await read('first.patch'), await read(name)];
    expect(linesOf(damaged.patches[0]).map(key)).toEqual(linesOf(intact.patches[0]).map(key));
    expect(damaged.patches[0]!.certainty).toBe('count-consistent');
    const [pair] = chainPairs(damaged.patches, onBase)[0]!;
    expect(pair).toMatchObject({ certainty: 'blob-exact', fit: 'exact', completeness: 'whole' });
    expect(pair!.post).toBe(chainPairs(intact.patches, onBase)[0]![0]!.post);
  });

  it('chained.txt: the second mail stands on what the first one leaves, and says so', async () => {
    const damaged = await read('chained.txt', 'collapsed.txt');
    expect(damaged.gaps.map((g) => g.why).join('\n')).toMatch(/patch 2 starts from the text that patch 1 leaves .* agree/);
    const intact = await read('first.patch', 'second.patch');
    const posts = (s: Series): (string | null)[] => chainPairs(s.patches, onBase).map((p) => p[0]!.post);
    expect(posts(damaged)).toEqual(posts(intact));
    expect(chainPairs(damaged.patches, onBase).map((p) => p[0]!.certainty)).toEqual(['blob-exact', 'blob-exact']);
  });

  it('words-dropped.txt: what is shown is in its class, unwrapped; the lost label comes back marked; nothing is called sure', async () => {
    const [intact, damaged] = [await read('first.patch'), await read('words-dropped.txt')];
    const wanted = linesOf(intact.patches[0]).map(key);
    const shown = linesOf(damaged.patches[0])
      .filter((l) => !l.inferred)
      .map(key);
    expect(shown.filter((k) => !wanted.includes(k))).toEqual([]);
    expect(shown.filter((k) => k.startsWith('+') || k.startsWith('-')).length).toBeGreaterThan(12);
    expect(linesOf(damaged.patches[0]).find((l) => l.text === 'again:')).toMatchObject({ kind: '+', inferred: true });
    expect(['guessed', 'refused']).toContain(damaged.patches[0]!.certainty);
  });

  it('one-line.txt: added and removed lines with their words, operators in their lines', async () => {
    const [intact, damaged] = [await read('first.patch'), await read('one-line.txt')];
    const changed = (s: Series): string[] =>
      linesOf(s.patches[0])
        .filter((l) => l.kind !== ' ')
        .map(key);
    expect(changed(damaged)).toEqual(changed(intact));
    expect(damaged.patches[0]!.files.map((f) => f.newPath)).toEqual(['mm/pond.c']);
    expect(damaged.patches[0]!.certainty).toBe('guessed');
  });
});
