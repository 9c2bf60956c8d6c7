import type { Analysis, AnalysisRequest } from '../host/analyse.js';
import type { Database } from '../host/database.js';
import { readMails } from '../host/mail-source.js';
import type { Report } from '../report/index.js';
import { readReport } from '../report/read.js';
import { compose } from './compose.js';
import type { BotConfig } from './config.js';
import { decide, findingId } from './decide.js';
import { readHeaders } from './headers.js';
import { capReached } from './deliver.js';
import { loadSeries, saidToday, type SeriesRow, supersededBy } from './load.js';
import { rulingFor, type Ruling } from './policy.js';
import { storable } from './text.js';

export interface Worker {
  readonly name: string;
  readonly database: Database;
  readonly config: BotConfig;
  readonly now: () => number;
  readonly analyse: (request: AnalysisRequest) => Promise<Analysis>;
  /** For tests that end the process: called between the steps. */
  readonly step?: (name: string) => void;
}

/** How a series ended: with a mail in the outbox, with nothing to say, or to be tried again later. */
type End = { readonly state: 'said' | 'silent' | 'waiting'; readonly why: string };

/** The series whose quiet period is over, oldest first. */
export async function dueSeries(worker: Pick<Worker, 'database' | 'now'>, most: number): Promise<readonly number[]> {
  const rows = await worker.database.run(`select id from series where state = 'waiting' and due_at <= $1 and claimed_until < $1 order by due_at, id limit $2`, [
    worker.now(),
    most,
  ]);
  return rows.map((r) => Number(r['id']));
}

/** Looks at one series: asks every reason to stay silent first, reviews it, and puts at most one mail into the outbox. */
export async function consider(worker: Worker, id: number): Promise<void> {
  const { database, now } = worker;
  const until = now() + worker.config.budgetMs * 4 + 300_000;
  const claimed = await database.run(
    `update series set claimed_by = $2, claimed_until = $3, tries = tries + 1 where id = $1 and state = 'waiting' and due_at <= $4 and claimed_until < $4 returning tries`,
    [id, worker.name, until, now()],
  );
  if (claimed.length === 0) return;
  worker.step?.('claimed');
  const end = await look(worker, id, Number(claimed[0]?.['tries']));
  if (end.state === 'said') return;
  await database.transaction(async (query) => {
    await query.run('update series set state = $2, why = $3, claimed_until = $4 where id = $1', [
      id,
      end.state,
      storable(end.why),
      end.state === 'waiting' ? now() + 900_000 : 0,
    ]);
    const [row] = await query.run('select id from message where series = $1 order by part limit 1', [id]);
    await query.run('insert into log (at, about, what) values ($1, $2, $3)', [
      now(),
      (row?.['id'] as string | undefined) ?? `series ${id}`,
      storable(`series ${id}: ${end.state}: ${end.why}`),
    ]);
  });
}

async function look(worker: Worker, id: number, tries: number): Promise<End> {
  const { database, config, now } = worker;
  const silent = (why: string): End => ({ state: 'silent', why });
  const series = await loadSeries(database, id);
  if (series === null) return silent('incomplete: no mail of it is left');
  const lists = config.lists.filter((l) => series.lists.includes(l.name));
  const ruling = rulingFor(
    config.policies,
    lists.map((l) => l.address),
    series.recipients,
  );
  const not = await before(database, series, ruling, now());
  if (not !== null || ruling === null) return silent(not ?? 'no policy');
  // A burst must not have us review for days what cannot be said any more.
  const said = await Promise.all([...new Set(series.members.map((m) => m.list))].map((list) => saidToday(database, list, now())));
  if (said.every((n) => n >= ruling.dailyCap)) return silent(`not reviewed: ${capReached(ruling.dailyCap)}`);
  const raws = await mailsOf(config, series);
  if (raws === null) return silent('a mail of it is no longer in the archive');
  const result = await reviewOn(worker, ruling, mbox(raws.map((r) => r.raw)));
  if ('trouble' in result) return tries < 3 ? { state: 'waiting', why: result.trouble } : silent(`could not be reviewed: ${result.trouble}`);
  worker.step?.('reviewed');
  const { report } = result;
  if (report.series.patches.length < series.total) return silent(`incomplete: ${report.series.patches.length} of ${series.total} patches could be read`);
  const suppressed = new Set((await database.run('select fingerprint from suppressed')).map((r) => r['fingerprint'] as string));
  const decision = decide(report, { paths: ruling.paths, suppressed });
  if ('silent' in decision) return silent(decision.silent);
  const patch = report.series.patches.find((p) => p.index === decision.patch);
  const parent = raws.find((r) => r.id === patch?.messageId);
  if (parent === undefined) return silent('the patch to answer has no Message-ID');
  const optedOut = new Set((await database.run('select address from opted_out')).map((r) => r['address'] as string));
  const listAddress = lists.find((l) => l.name === parent.list)?.address ?? lists[0]?.address ?? '';
  const mail = compose(
    {
      report,
      findings: decision.speak,
      parent: { id: parent.id, author: parent.author, headers: readHeaders(parent.raw) },
      ruling,
      listAddress,
      optedOut,
      date: new Date(now()),
    },
    config,
  );
  if ('error' in mail) return silent(mail.error);
  const what = `${decision.speak.length} confirmed (${[...new Set(decision.speak.map((f) => `${f.rule} in ${f.function}()`))].slice(0, 5).join(', ')}); ${ruling.why}`;
  if (ruling.mode === 'dry-run') return silent(`dry run: would say ${what}`);
  const mode = ruling.mode === 'send' && decision.speak.length <= ruling.maxFindings ? 'send' : 'draft';
  worker.step?.('composed');
  const written = await database.transaction(async (query) => {
    const rows = await query.run(
      `insert into outbox (parent, series, id, list, mode, state, sender, recipients, raw, at) values ($1, $2, $3, $4, $5, 'ready', $6, $7, $8, $9) on conflict do nothing returning parent`,
      [parent.id, id, mail.id, parent.list, mode, config.identity.address, mail.recipients, storable(mail.raw), now()],
    );
    if (rows.length === 0) return false;
    for (const f of decision.speak)
      await query.run('insert into said (finding, parent, fingerprint, list, rule, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing', [
        findingId(f.fingerprint),
        parent.id,
        f.fingerprint,
        parent.list,
        f.rule,
        now(),
      ]);
    await query.run(`update series set state = 'said', why = $2, claimed_until = 0 where id = $1`, [id, storable(what)]);
    await query.run('insert into log (at, about, what) values ($1, $2, $3)', [now(), parent.id, storable(`series ${id}: ready as ${mode}: ${what}`)]);
    return true;
  });
  worker.step?.('said');
  return written ? { state: 'said', why: what } : silent('this patch or series has had its one mail');
}

/** Reasons that need no review; the cheapest first. Also asked again right before a mail goes. */
export async function before(database: Database, series: SeriesRow, ruling: Ruling | null, now: number): Promise<string | null> {
  if (series.withdrawn) return 'withdrawn by its author, or deleted';
  if (!series.relevant) return 'touches no C in the paths of any policy';
  if (ruling === null) return 'no policy for one of its lists: mute';
  if (ruling.mode === 'mute') return ruling.why;
  if (now - series.lastAt > ruling.maxAgeMs) return `older than ${Math.round(ruling.maxAgeMs / 86_400_000)} days`;
  if (series.total > ruling.maxPatches) return `longer than ${ruling.maxPatches} patches`;
  const newer = await supersededBy(database, series.id);
  if (newer !== null) return `superseded by ${newer}`;
  if (series.parts < series.total && series.members.every((m) => m.own)) return `incomplete: ${series.parts} of ${series.total} parts`;
  return null;
}

interface Raw {
  readonly id: string;
  readonly list: string;
  readonly author: string;
  readonly raw: Buffer;
}

async function mailsOf(config: BotConfig, series: SeriesRow): Promise<readonly Raw[] | null> {
  const found: Raw[] = [];
  for (const list of config.lists) {
    const here = series.members.filter((m) => m.list === list.name);
    const raws =
      here.length === 0
        ? []
        : await readMails(
            list.source,
            here.map((m) => m.place),
          );
    for (const [i, m] of here.entries()) {
      const raw = raws[i];
      if (raw === null || raw === undefined) return null;
      found.push({ id: m.id, list: m.list, author: m.author, raw });
    }
  }
  return found.length === series.members.length ? found : null;
}

/** On each base that the policy names, until the patches fit one. */
async function reviewOn(worker: Worker, ruling: Ruling, input: Buffer): Promise<{ readonly report: Report } | { readonly trouble: string }> {
  let best: Report | null = null;
  let trouble = 'no base is configured';
  for (const base of ruling.bases) {
    const analysis = await worker.analyse({ files: [], input, tree: base.tree, base: base.rev, cwd: worker.config.state, budgetMs: worker.config.budgetMs });
    if (analysis.state === 'trouble') {
      trouble = analysis.why;
      continue;
    }
    const read = readReport(analysis.json);
    if ('error' in read) {
      trouble = `the report cannot be read: ${read.error}`;
      continue;
    }
    if (best === null || misfits(read.report) < misfits(best)) best = read.report;
    if (misfits(best) === 0) break;
  }
  return best === null ? { trouble } : { report: best };
}

function misfits(report: Report): number {
  return report.series.patches.filter((p) => p.fit === 'fuzzy' || p.fit === 'none').length;
}

/** The mails as one mailbox, `From ` lines quoted, line ends as the transport had them taken off. */
function mbox(raws: readonly Buffer[]): Buffer {
  return Buffer.concat(
    raws.flatMap((raw) => {
      const text = raw.toString('latin1').replace(/^From [^\n]*\n/, '');
      const lines = /^[^\n]*\r\n/.test(text) ? text.replaceAll('\r\n', '\n') : text;
      return [Buffer.from(`From mboxrd@z Thu Jan  1 00:00:00 1970\n${lines.replace(/^(>*From )/gm, '>$1')}${lines.endsWith('\n') ? '' : '\n'}\n`, 'latin1')];
    }),
  );
}
