import type { Query } from '../host/database.js';
import type { Entry } from './triage.js';

/**
 * What a person's reply asks for. Everything here can only make the bot quieter (or give back an earlier opt-out), so a
 * forged mail can do no more than that; only replies to mails that the bot really wrote count. A withdrawal counts from
 * the author of the series alone.
 */
export async function obey(query: Query, reply: Entry, now: number): Promise<void> {
  const log = (what: string): Promise<unknown> => query.run('insert into log (at, about, what) values ($1, $2, $3)', [now, reply.id, what]);
  if (reply.withdraws) {
    const rows = await query.run(
      'update series set withdrawn = true where author = $1 and id in (select series from message where id = any($2) and series is not null) returning id',
      [reply.author, reply.parents],
    );
    for (const row of rows) await log(`withdraws series ${String(row['id'])}`);
  }
  if (reply.commands.length === 0) return;
  const ours = await query.run('select parent, id from outbox where id = any($1)', [reply.parents]);
  if (ours.length === 0) return void (await log('a command that answers no mail of ours: ignored'));
  const parents = ours.map((r) => r['parent'] as string);
  for (const { word, finding } of reply.commands) {
    if (word === 'opt-out') {
      await query.run('insert into opted_out (address, by_message, at) values ($1, $2, $3) on conflict do nothing', [reply.sender, reply.id, now]);
      await log(`${reply.sender} will not be written to any more`);
    } else if (word === 'opt-in') {
      await query.run('delete from opted_out where address = $1', [reply.sender]);
      await log(`${reply.sender} may be written to again`);
    } else {
      const rows = await query.run('update said set answer = $1, answered_by = $2 where finding like $3 and parent = any($4) returning fingerprint', [
        word,
        reply.sender,
        `${finding}%`,
        finding === '' ? [] : parents,
      ]);
      if (rows.length === 0) await log(`${word} ${finding}: no finding of that mail has this id`);
      for (const row of rows) {
        if (word === 'invalid')
          await query.run('insert into suppressed (fingerprint, by_address, by_message, at) values ($1, $2, $3, $4) on conflict do nothing', [
            row['fingerprint'] as string,
            reply.sender,
            reply.id,
            now,
          ]);
        await log(`finding ${finding}: ${word}, says ${reply.sender}`);
      }
    }
  }
}
