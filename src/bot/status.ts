import type { Query } from '../host/database.js';
import { printable } from '../report/index.js';

/** How often people agreed: the bot's own figures, for everybody to see. */
export interface Precision {
  readonly mails: number;
  readonly said: number;
  readonly confirmed: number;
  readonly invalid: number;
  readonly unanswered: number;
}

export async function precision(query: Query): Promise<Precision> {
  const [mails] = await query.run(`select count(*) as n from outbox where state in ('sent', 'drafted', 'doubt')`);
  const [row] = await query.run(
    `select count(*) as said, count(*) filter (where s.answer = 'confirmed') as confirmed, count(*) filter (where s.answer = 'invalid') as invalid
     from said s join outbox o on o.parent = s.parent where o.state in ('sent', 'drafted', 'doubt')`,
  );
  const [said, confirmed, invalid] = [Number(row?.['said']), Number(row?.['confirmed']), Number(row?.['invalid'])];
  return { mails: Number(mails?.['n']), said, confirmed, invalid, unanswered: said - confirmed - invalid };
}

export async function statusText(query: Query, paused: string | null): Promise<string> {
  const lines: string[] = [];
  const table = async (title: string, sql: string): Promise<void> => {
    const rows = await query.run(sql);
    lines.push(`${title}: ${rows.length === 0 ? 'none' : rows.map((r) => `${String(r['n'])} ${String(r['what'])}`).join(', ')}`);
  };
  if (paused !== null) lines.push(`PAUSED: ${paused}`);
  await table('mails', `select count(*) as n, kind as what from message group by kind order by kind`);
  await table('series', `select count(*) as n, state as what from series group by state order by state`);
  await table('outbox', `select count(*) as n, state as what from outbox group by state order by state`);
  await table(
    'silent because',
    `select count(*) as n, regexp_replace(why, '[0-9"(:;].*', '') as what from series where state = 'silent' group by 2 order by 1 desc, 2 limit 8`,
  );
  const p = await precision(query);
  lines.push(`precision: said ${p.said}, confirmed by people ${p.confirmed}, called invalid ${p.invalid}, unanswered ${p.unanswered}`);
  for (const row of await query.run(`select parent, state, why from outbox where state in ('doubt', 'refused') order by at desc limit 5`))
    lines.push(`look at: ${String(row['state'])} ${String(row['parent'])} ${String(row['why'])}`);
  return `${lines.map(printable).join('\n')}\n`;
}

/** Everything that is known of one mail: what it was taken for, its series, and each step of the log. */
export async function explainText(query: Query, messageId: string): Promise<string | null> {
  const id = messageId.replace(/^<|>$/g, '');
  const [mail] = await query.run('select * from message where id = $1', [id]);
  if (mail === undefined) return null;
  const lines = [
    `${id}`,
    `  subject: ${String(mail['subject'])}`,
    `  list ${String(mail['list'])}, author ${String(mail['author'])}`,
    `  taken for: ${String(mail['kind'])}${mail['why'] === '' ? '' : ` (${String(mail['why'])})`}${mail['gone'] === true ? ', deleted since' : ''}`,
  ];
  const about = [id];
  if (mail['series'] !== null) {
    const [s] = await query.run('select * from series where id = $1', [Number(mail['series'])]);
    const members = await query.run('select id, part from message where series = $1 order by part, id', [Number(mail['series'])]);
    about.push(...members.map((m) => m['id'] as string));
    lines.push(
      `  series ${String(s?.['id'])}: v${String(s?.['version'])} "${String(s?.['title'])}", parts ${members.map((m) => String(m['part'])).join(' ')} of ${String(s?.['total'])}`,
    );
    lines.push(`  state: ${String(s?.['state'])}${s?.['why'] === '' ? '' : `: ${String(s?.['why'])}`}`);
    if (s?.['state'] === 'waiting') lines.push(`  due ${new Date(Number(s['due_at'])).toISOString()}`);
    for (const out of await query.run('select * from outbox where series = $1', [Number(mail['series'])]))
      lines.push(`  mail <${String(out['id'])}>: ${String(out['mode'])}, ${String(out['state'])}${out['why'] === '' ? '' : `: ${String(out['why'])}`}`);
  }
  for (const row of await query.run('select at, what from log where about = any($1) order by id', [[...new Set(about)]]))
    lines.push(`  ${new Date(Number(row['at'])).toISOString()}  ${String(row['what'])}`);
  return `${lines.map(printable).join('\n')}\n`;
}
