import { applyFile } from '../parse/apply.js';
import { readDiff } from '../parse/diff/read-diff.js';
import type { FileDiff, Series } from '../parse/series.js';
import { git } from './git.js';

/** What the patches named by `prerequisite-patch-id` make of the files of a series. */
export interface Prerequisites {
  /** Files that they change; null: deleted. */
  readonly files: ReadonlyMap<string, string | null>;
  /** How many are named, and how many of these were not found or did not apply. */
  readonly named: number;
  readonly missing: number;
}

/** Commits looked through for prerequisites, newest first. */
const COMMITS = 400;
const MAX_LOG = 64 << 20;

/**
 * Finds the patches that a series builds on, by git's stable patch-id: among the other patches of the input, then among
 * the commits of `dir` that are not below `base`. They are applied in the order named to `texts`, the series' files at the base.
 */
export async function applyPrerequisites(
  dir: string,
  base: string,
  series: Series,
  all: readonly Series[],
  texts: ReadonlyMap<string, string>,
): Promise<Prerequisites> {
  const ids = [...new Set(series.patches.flatMap((p) => p.prerequisites))];
  const files = new Map<string, string | null>();
  if (ids.length === 0) return { files, named: 0, missing: 0 };
  const found = await amongMails(dir, all);
  if (ids.some((id) => !found.has(id))) for (const [id, diffs] of await amongCommits(dir, base)) if (!found.has(id)) found.set(id, diffs);
  const wanted = new Set(series.patches.flatMap((p) => p.files.flatMap((f) => [f.oldPath, f.newPath])));
  let missing = 0;
  for (const id of ids) {
    const diffs = found.get(id);
    const applied = diffs
      ?.filter((d) => wanted.has(d.oldPath) || wanted.has(d.newPath))
      .map((diff) => {
        const path = diff.oldPath ?? diff.newPath ?? '';
        const before = files.has(path) ? files.get(path)! : (texts.get(path) ?? null);
        if (diff.oldPath !== null && before === null) return false;
        const done = applyFile(before, diff);
        if (done.applied < diff.hunks.length || done.fit === 'fuzzy') return false;
        files.set(diff.newPath ?? path, done.post);
        return true;
      });
    if (applied === undefined || applied.includes(false)) missing++;
  }
  return { files, named: ids.length, missing };
}

async function amongMails(dir: string, all: readonly Series[]): Promise<Map<string, readonly FileDiff[]>> {
  const patches = all.flatMap((s) => s.patches).slice(0, 2000);
  // A line that looks like the start of the next one would shift what comes behind it.
  const bodies = patches.map((p) => p.message.body.replace(/^(?=From [0-9a-f]{40} |commit )/gm, ' '));
  const input = bodies.map((body, i) => `From ${name(i)} Mon Sep 17 00:00:00 2001\n\n${body}\n`).join('');
  const { out } = await git(dir, ['patch-id', '--stable'], input, MAX_LOG);
  return new Map(
    pairsOf(out).flatMap(([id, at]) => {
      const patch = patches[Number.parseInt(at, 16)];
      return patch === undefined ? [] : [[id, patch.files] as const];
    }),
  );
}

async function amongCommits(dir: string, base: string): Promise<Map<string, readonly FileDiff[]>> {
  const log = await git(
    dir,
    [
      'log',
      '-p',
      '--no-merges',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--full-index',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      '-U3',
      `-n${COMMITS}`,
      '--all',
      '--not',
      base,
    ],
    null,
    MAX_LOG,
  );
  if (log.code !== 0 || log.out.length === 0) return new Map();
  const text = log.out.toString('utf8');
  const { out } = await git(dir, ['patch-id', '--stable'], text, MAX_LOG);
  const starts = new Map([...text.matchAll(/^commit ([0-9a-f]{40,64})$/gm)].map((m) => [m[1]!, m.index]));
  const order = [...starts.values()];
  return new Map(
    pairsOf(out).flatMap(([id, commit]) => {
      const from = starts.get(commit);
      if (from === undefined) return [];
      return [[id, readDiff(text.slice(from, order[order.indexOf(from) + 1] ?? text.length)).files] as const];
    }),
  );
}

function pairsOf(out: Buffer): [string, string][] {
  return out
    .toString('latin1')
    .split('\n')
    .flatMap((line) => {
      const [id, at] = line.split(' ');
      return id !== undefined && at !== undefined ? [[id, at] as [string, string]] : [];
    });
}

function name(i: number): string {
  return i.toString(16).padStart(40, '0');
}
