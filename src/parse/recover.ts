import { type AppliedHunk, applyFile } from './apply.js';
import { isBlob } from './apply/blob.js';
import { isOneLineDiff } from './diff/one-line.js';
import type { Base } from './pairs.js';
import { type Certainty, CERTAINTIES, type FileDiff, type Hunk, type Patch, type Series } from './series.js';

/** What became of one hunk of a damaged mail. */
export interface RecoveredHunk {
  readonly header: string;
  readonly certainty: Certainty;
  /** Lines that the mail does not show. */
  readonly inferred: number;
  /** What the base says: its white space is that of the base, or no base was at hand or none fitted. */
  readonly placed: boolean;
}

export interface RecoveredFile {
  readonly path: string;
  readonly hunks: readonly RecoveredHunk[];
  /** Of the worst hunk. */
  readonly certainty: Certainty;
}

export interface RecoveredPatch {
  readonly patch: Patch;
  readonly files: readonly RecoveredFile[];
  /** The repaired patch as a mail, without what could not be read. */
  readonly text: string;
}

/**
 * Writes each patch of a series anew, as git would have: hunks that found their place in the base with its white space,
 * others as they were read. Refused hunks are left out. Notes below the `---` line say how sure each hunk is.
 */
export function recoverPatches({ patches, version, expected }: Pick<Series, 'patches' | 'version' | 'expected'>, base: Base): readonly RecoveredPatch[] {
  const after = new Map<string, string | null>();
  return patches.map((patch) => {
    const done = patch.files
      .filter((f) => !f.binary)
      .map((diff) => {
        const path = diff.newPath ?? diff.oldPath ?? '';
        const from = diff.oldPath ?? path;
        const before = after.has(from) ? after.get(from)! : base(from, diff.oldBlob);
        const usable = before !== null || diff.oldPath === null;
        const applied = usable ? applyFile(before, diff) : null;
        if (applied !== null && applied.applied === diff.hunks.length) after.set(path, applied.post);
        const hunks = diff.hunks.map((hunk, i): AppliedHunk => applied?.hunks[i] ?? { certainty: hunk.certainty, fit: 'none', start: null, lines: hunk.lines });
        return { diff, path, hunks, proved: applied !== null && applied.post !== null && isBlob(applied.post, diff.newBlob) };
      });
    const files = done.map(({ diff, path, hunks }): RecoveredFile => {
      const list = diff.hunks.map(
        (hunk, i): RecoveredHunk => ({ header: header(hunk), certainty: hunks[i]!.certainty, inferred: inferred(hunk), placed: hunks[i]!.start !== null }),
      );
      return { path, hunks: list, certainty: CERTAINTIES[Math.max(0, ...list.map((h) => CERTAINTIES.indexOf(h.certainty)))]! };
    });
    const diffs = done.map((d) => fileText(d.diff, d.path, d.hunks, d.proved)).join('');
    return { patch, files, text: mailText(patch, files, diffs, `${version > 1 ? ` v${version}` : ''}${expected > 1 ? ` ${patch.index}/${expected}` : ''}`) };
  });
}

/** `@@ -a,b +c,d @@` as the mail had it. */
function header(hunk: Hunk): string {
  return `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
}

function inferred(hunk: Hunk): number {
  return hunk.lines.filter((l) => l.inferred).length;
}

function mailText(patch: Patch, files: readonly RecoveredFile[], diffs: string, tag: string): string {
  const heads = [
    `From: ${oneLine(patch.author)}`,
    `Date: ${oneLine(patch.message.date)}`,
    `Subject: [PATCH${tag}] ${oneLine(patch.subject)}`,
    ...(patch.messageId === null ? [] : [`Message-ID: <${oneLine(patch.messageId)}>`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  const notes = files.flatMap((f) =>
    f.hunks.map(
      (h) =>
        ` ${f.path} ${h.header} ${h.certainty}${h.inferred > 0 ? `, ${h.inferred} ${h.inferred === 1 ? 'line' : 'lines'} put back` : ''}${h.certainty === 'refused' ? ', left out' : ''}`,
    ),
  );
  return `From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n${heads.join('\n')}\n\n${message(patch)}\n---\nRecovered by rmap-review:\n${notes.join('\n')}\n\n${diffs}-- \nrmap-review\n\n`;
}

/** The commit message: what stands above the diff, without the page's own head. */
function message(patch: Patch): string {
  const { body } = patch.message;
  const lines = (isOneLineDiff(body) ? flatMessage(body) : body).split('\n');
  const end = lines.findIndex((l) => /^(?:---\s*$|diff --git |Index: |--- \S+)/.test(l));
  const top = end < 0 ? lines : lines.slice(0, end);
  const start = top.findLastIndex((l, i) => i < 14 && /^(?:From|Date|Subject|To|Cc):\s/i.test(l)) + 1;
  // A line that would end the message, or begin the next mail.
  return top
    .slice(start)
    .map((l) => (/^(?:---\s*$|diff --git |From )/.test(l) ? ` ${l}` : l))
    .join('\n')
    .trim();
}

/** What stands before the diffstat or the first file, where the line ends are lost. */
function flatMessage(body: string): string {
  const head = body.slice(0, 65_536);
  const diff = head.search(/ (?:--- \S{1,400} \+\+\+ |diff --git )/);
  const text = diff < 0 ? '' : head.slice(0, diff);
  const stat = text.lastIndexOf(' --- ');
  return stat < 0 ? text : text.slice(0, stat);
}

function fileText(diff: FileDiff, path: string, hunks: readonly AppliedHunk[], proved: boolean): string {
  const kept = hunks.map((h, i) => ({ h, hunk: diff.hunks[i]! })).filter(({ h }) => h.certainty !== 'refused');
  if (kept.length === 0 && diff.hunks.length > 0) return '';
  const old = diff.oldPath ?? path;
  const out = [`diff --git ${name('a', old)} ${name('b', path)}`];
  if (diff.rename) out.push(`rename from ${old}`, `rename to ${path}`);
  if (diff.oldPath === null) out.push('new file mode 100644');
  if (diff.newPath === null) out.push('deleted file mode 100644');
  if (proved && diff.newBlob !== null && (diff.oldBlob !== null || diff.oldPath === null))
    out.push(`index ${diff.oldBlob ?? '0'.repeat(diff.newBlob.length)}..${diff.newBlob}${diff.oldPath === null ? '' : ' 100644'}`);
  if (kept.length > 0) out.push(`--- ${diff.oldPath === null ? '/dev/null' : name('a', old)}`, `+++ ${diff.newPath === null ? '/dev/null' : name('b', path)}`);
  let shift = 0;
  for (const { h, hunk } of kept) {
    const older = h.lines.filter((l) => l.kind !== '+').length;
    const newer = h.lines.filter((l) => l.kind !== '-').length;
    const from = h.start === null ? hunk.oldStart : h.start + (older === 0 ? 0 : 1);
    const to = h.start === null ? hunk.newStart : from + shift + (older === 0 ? 1 : 0) - (newer === 0 ? 1 : 0);
    shift += newer - older;
    out.push(`@@ -${from},${older} +${to},${newer} @@${hunk.section === '' ? '' : ` ${hunk.section}`}`);
    for (const line of h.lines) {
      out.push(line.kind + line.text);
      if (line.noNewline) out.push('\\ No newline at end of file');
    }
  }
  return `${out.join('\n')}\n`;
}

/** As git quotes names with unusual characters. */
function name(side: 'a' | 'b', path: string): string {
  return /["\\]|[^\x20-\x7e]/.test(path)
    ? `"${side}/${[...Buffer.from(path, 'utf8')].map((b) => (b === 0x22 || b === 0x5c ? `\\${String.fromCharCode(b)}` : b < 0x20 || b > 0x7e ? `\\${b.toString(8).padStart(3, '0')}` : String.fromCharCode(b))).join('')}"`
    : `${side}/${path}`;
}

function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ').trim();
}
