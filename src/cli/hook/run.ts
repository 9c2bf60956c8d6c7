import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { analyse } from '../../host/analyse.js';
import { cacheDir, readCached, writeCached } from '../../host/cache.js';
import { git } from '../../host/git.js';
import { printable, type Report, terseLine } from '../../report/index.js';
import { readReport } from '../../report/read.js';
import { type Outgoing, seriesOf } from './siblings.js';

/** What was found out about one series, as the cache keeps it. */
const outcomeSchema = z.object({ state: z.enum(['clean', 'stop', 'trouble']), lines: z.array(z.string()), at: z.number() });
type Outcome = z.infer<typeof outcomeSchema>;

/** The hook's own statuses: 10 stops the send; the script around it takes everything but 0 and 10 for trouble. */
const GO = 0;
const STOP = 10;

/**
 * Git calls this once for each file. The first part that touches C has the whole series reviewed; the others find the
 * answer in the cache. Covers and patches without C pass at once. The file is only read.
 */
export async function hookCommand(file: string, version: string): Promise<number> {
  const env = process.env;
  const strict = env['RMAP_REVIEW_STRICT'] === '1';
  const top = await git(process.cwd(), ['rev-parse', '--show-toplevel']);
  const repository = top.code === 0 ? top.out.toString('utf8').trim() : process.cwd();
  const path = resolve(file);
  const series = await seriesOf(path, repository);
  const own = series.find((p) => p.path === path);
  if (own === undefined || !own.touchesC || own.part === 0) return GO;
  const leads = series.find((p) => p.touchesC && p.part > 0) === own;
  const patches = series.filter((p) => p.part > 0);
  const base = await baseOf(patches, repository);
  const dir = cacheDir(env);
  const key = await keyOf(patches, base, repository, version);
  const known = readOutcome(await readCached(dir, 'hook', key));
  // Trouble may pass, so a new send tries again; within one send it is told once.
  const usable = known !== null && (known.state !== 'trouble' || (!leads && Date.now() - known.at < TROUBLE_MS)) ? known : null;
  if (usable !== null && usable.state === 'trouble') return strict ? STOP : GO;
  const outcome = usable ?? (await look(patches, base, top.code === 0 ? repository : null, budget(env['RMAP_REVIEW_BUDGET'])));
  if (usable === null) await writeCached(dir, 'hook', key, JSON.stringify(outcome));
  if (outcome.state === 'stop' || leads || usable === null) say(outcome);
  return outcome.state === 'stop' || (outcome.state === 'trouble' && strict) ? STOP : GO;
}

const TROUBLE_MS = 10 * 60_000;
const MOST_LINES = 24;

async function look(patches: readonly Outgoing[], base: string | null, tree: string | null, budgetMs: number): Promise<Outcome> {
  const at = Date.now();
  const trouble = (why: string): Outcome => ({ state: 'trouble', at, lines: [`rmap-review: warning: ${printable(why)}; this series is not checked`] });
  const analysis = await analyse({ files: patches.map((p) => p.path), input: null, tree, base, cwd: tree ?? process.cwd(), budgetMs });
  if (analysis.state === 'trouble')
    return trouble(`${analysis.why}${analysis.late === true ? ' (the first review in a tree takes longest; RMAP_REVIEW_BUDGET=60 gives it more)' : ''}`);
  const read = readReport(analysis.json);
  if ('error' in read) return trouble(`the report cannot be read: ${read.error}`);
  return outcomeOf(read.report, patches, base, at);
}

/** Only what the model has confirmed, and only what the series itself brings in, may stop a send. */
function outcomeOf(report: Report, patches: readonly Outgoing[], base: string | null, at: number): Outcome {
  const introduced = report.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
  const sure = introduced.filter((f) => f.verdict.state === 'confirmed');
  const damaged = report.series.patches.filter((p) => p.certainty !== 'intact');
  const names = again(patches, base);
  const notes = damaged.map((p) => `rmap-review: the diff of patch ${p.index} is damaged (${p.certainty}): look at what you are about to send`).slice(0, 5);
  if (sure.length === 0) {
    const unsure =
      introduced.length === 0
        ? []
        : [`rmap-review: nothing confirmed; unconfirmed: ${introduced.length} (rmap-review ${names} shows ${introduced.length === 1 ? 'it' : 'them'})`];
    return { state: 'clean', at, lines: [...notes, ...unsure] };
  }
  const findings = sure.flatMap((f) => [
    terseLine(report, f),
    ...(f.verdict.state === 'confirmed' ? [`    patch ${f.patch}; ${printable(f.verdict.trace.failure)}`] : []),
  ]);
  const shown = findings.slice(0, MOST_LINES - notes.length - 4);
  const left = sure.length - Math.ceil(shown.length / 2);
  return {
    state: 'stop',
    at,
    lines: [
      'rmap-review: not sent: the series introduces what an interleaving proves wrong',
      ...shown,
      ...(left > 0 ? [`    and ${left} more`] : []),
      ...notes,
      `rmap-review ${names} shows the interleaving; git send-email --no-validate sends all the same`,
    ],
  };
}

/** What to give to `rmap-review` for the same again. Files that git send-email wrote itself are gone by then, so commits come first. */
function again(patches: readonly Outgoing[], base: string | null): string {
  const last = patches.at(-1);
  const commit = last?.commit ?? null;
  if (base !== null && commit !== null) return `${base.slice(0, 12)}..${commit.slice(0, 12)}`;
  return printable(patches.length === 1 ? (last?.path ?? '') : dirname(last?.path ?? ''));
}

function say(outcome: Outcome): void {
  if (outcome.lines.length > 0) process.stderr.write(`${outcome.lines.join('\n')}\n`);
}

/** The commit below the first part, where this repository has it. */
async function baseOf(patches: readonly Outgoing[], repository: string): Promise<string | null> {
  const commit = patches[0]?.commit ?? null;
  if (commit === null || /^0+$/.test(commit)) return null;
  const found = await git(repository, ['rev-parse', '--verify', '--quiet', `${commit}^`]);
  return found.code === 0 ? found.out.toString('latin1').trim() : null;
}

/** Patch-ids stay the same when only the mail around a patch changes. */
async function keyOf(patches: readonly Outgoing[], base: string | null, repository: string, version: string): Promise<string> {
  const hash = createHash('sha256').update(
    `hook 1 ${version} ${base ?? ''} ${base === null ? (await git(repository, ['rev-parse', 'HEAD'])).out.toString('latin1') : ''}`,
  );
  const texts = await Promise.all(patches.map((patch) => readFile(patch.path, 'latin1').catch(() => '')));
  // One process for all of them: each part asks for this key, so a process for each would be the square of their number.
  const ids = (await git(repository, ['patch-id', '--stable'], texts.join('\n'))).out
    .toString('latin1')
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => l.split(' ')[0] ?? '');
  for (const one of ids.length === patches.length ? ids : texts.map((text) => createHash('sha256').update(text).digest('hex'))) hash.update(`\n${one}`);
  return hash.digest('hex').slice(0, 40);
}

function readOutcome(text: string | null): Outcome | null {
  if (text === null) return null;
  try {
    return outcomeSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Seconds; ten unless the user says otherwise. */
function budget(text: string | undefined): number {
  const seconds = Number(text);
  return text !== undefined && Number.isFinite(seconds) && seconds > 0 && seconds <= 3600 ? seconds * 1000 : 10_000;
}
