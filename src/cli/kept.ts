import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../report/index.js';
import type { Kept } from '../tui/types.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What the reader left behind on this series and version, or null. A file that cannot be read is no state, not an error. */
export function loadKept(report: Report, env: Env): Kept | null {
  try {
    const value = JSON.parse(readFileSync(fileOf(report, env), 'utf8')) as { reviewed?: unknown; notes?: unknown; folded?: unknown };
    const strings = (list: unknown): string[] => (Array.isArray(list) ? list.filter((x): x is string => typeof x === 'string') : []);
    const notes = Object.entries(typeof value.notes === 'object' && value.notes !== null ? value.notes : {}).flatMap(([id, note]) => {
      const { verdict, word } = (note ?? {}) as { verdict?: unknown; word?: unknown };
      return verdict === 'valid' || verdict === 'invalid' ? [[id, { verdict, word: typeof word === 'string' ? word : '' }] as const] : [];
    });
    return {
      reviewed: new Set(strings(value.reviewed)),
      notes: new Map(notes),
      folded: value.folded === null || value.folded === undefined ? null : new Set(strings(value.folded)),
    };
  } catch {
    return null;
  }
}

/** Written beside the old file and put in its place, so that a crash leaves the one or the other. */
export function saveKept(report: Report, kept: Kept, env: Env): void {
  const file = fileOf(report, env);
  const value = {
    schema: 'rmap-review/state/1',
    subject: report.series.subject,
    version: report.series.version,
    reviewed: [...kept.reviewed].sort(),
    notes: Object.fromEntries([...kept.notes].sort(([a], [b]) => (a < b ? -1 : 1))),
    folded: kept.folded === null ? null : [...kept.folded].sort(),
  };
  try {
    mkdirSync(folder(env), { recursive: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch {
    /* A read-only home folder: the marks last until the end of this run. */
  }
}

/** The XDG state folder: `$XDG_STATE_HOME/rmap-review`, else below `~/.local/state`. */
function folder(env: Env): string {
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state'), 'rmap-review');
}

function fileOf(report: Report, env: Env): string {
  const { messageId, subject, version } = report.series;
  const files = report.command === 'scan' ? subject : '';
  return join(
    folder(env),
    `series-${createHash('sha256')
      .update(JSON.stringify([messageId ?? subject, version, files]))
      .digest('hex')
      .slice(0, 24)}.json`,
  );
}
