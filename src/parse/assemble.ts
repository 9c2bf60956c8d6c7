import { crossCheck } from './crosscheck.js';
import { readDiff, worst } from './diff/read-diff.js';
import type { Gap } from './gap.js';
import { readBody } from './mail/body.js';
import { readSubject, type SubjectTag } from './mail/subject.js';
import type { FileDiff, Message, Patch, Series } from './series.js';

/** A mail that may be a part of a series. */
interface Part {
  readonly message: Message;
  readonly tag: SubjectTag;
  readonly title: string;
  readonly files: readonly FileDiff[];
  readonly gaps: readonly Gap[];
  /** Place in the input. */
  readonly order: number;
}

/** Parts of one version of one series, in input order. */
interface Group {
  readonly version: number;
  readonly total: number;
  readonly parts: Part[];
}

/**
 * Orders mails into series: the newest complete version first, incomplete ones last. Replies are never patches, unless
 * the input holds nothing else. Unnumbered diffs without Message-ID (files given by hand) form one series in the given
 * order. `gaps` are those of reading the mails; they go to the first series. There is always a first series: when no
 * message carries a diff it has no patches, and its gaps say why.
 */
export function assemble(messages: readonly Message[], gaps: readonly Gap[]): readonly Series[] {
  const own: Gap[] = [...gaps];
  const all = dedupe(messages, own).map(toPart);
  const replies = all.filter((p) => p.tag.isReply).map((p) => p.message);
  let parts = all.filter((p) => !p.tag.isReply && (p.files.length > 0 || p.tag.part !== null || p.gaps.length > 0));
  if (!parts.some((p) => p.files.length > 0)) {
    const inline = all.filter((p) => p.tag.isReply && p.files.length > 0);
    if (inline.length > 0) own.push(gap('only replies were given; the diffs in them were read as patches'));
    parts = [...parts, ...inline];
  }
  const groups = rerolls(group(parts)).filter((g) => g.parts.some((p) => p.files.length > 0 || p.gaps.length > 0));
  if (groups.length === 0) return [nothing(messages, all, own)];
  const series = groups.map((g) => toSeries(g, replies));
  const rank = (s: Series): number => (s.patches.length >= s.expected ? 1 : 0);
  const sorted = series.map((s, i) => ({ s, i })).sort((a, b) => rank(b.s) - rank(a.s) || b.s.version - a.s.version || a.i - b.i);
  return sorted.map(({ s }, i) => (i === 0 ? { ...s, gaps: [...own, ...s.gaps] } : s));
}

function nothing(messages: readonly Message[], all: readonly Part[], own: readonly Gap[]): Series {
  const first = messages[0];
  // Without a mail the reader has already said why.
  const why = first === undefined ? [] : [gap(messages.length === 1 ? `${first.source} holds no diff` : `none of the ${messages.length} mails holds a diff`)];
  const gaps = [...own, ...all.flatMap((p) => p.gaps), ...why];
  return {
    subject: first === undefined ? '' : readSubject(first.subject).title,
    version: 1,
    messageId: first?.messageId ?? null,
    cover: null,
    patches: [],
    replies: [],
    expected: 0,
    gaps,
  };
}

/** The same Message-ID twice is the same mail with other transport headers; the first counts. */
function dedupe(messages: readonly Message[], gaps: Gap[]): Message[] {
  const seen = new Map<string, Message>();
  return messages.filter((m) => {
    if (m.messageId === null) return true;
    const first = seen.get(m.messageId);
    if (first === undefined) return seen.set(m.messageId, m), true;
    if (first.body.trim() !== m.body.trim()) gaps.push(gap(`two mails with the Message-ID ${m.messageId} differ; the first was taken`));
    return false;
  });
}

function toPart(message: Message, order: number): Part {
  const tag = readSubject(message.subject);
  const { files, gaps } = readDiff(message.body);
  const titled = readBody(message.body).subject;
  // mm-commits and relayed mails carry the real subject in the body; a subject without brackets is theirs.
  const inner = titled === null ? null : readSubject(titled);
  const useInner = inner !== null && !tag.isPatch && inner.title !== '';
  return { message, tag: useInner && inner.isPatch && !tag.isReply ? inner : tag, title: useInner ? inner.title : tag.title, files, gaps, order };
}

function isCover(part: Part): boolean {
  return part.tag.part === 0 && part.tag.total !== null;
}

function group(parts: readonly Part[]): Group[] {
  const byId = new Map<string, Group>();
  const groups: Group[] = [];
  const alike = new Map<string, Group[]>();
  let bare: Group | null = null;
  for (const part of parts) {
    const { tag, message } = part;
    if (tag.part === null) {
      if (message.messageId === null) {
        if (bare === null) groups.push((bare = { version: tag.version, total: 0, parts: [] }));
        bare.parts.push(part);
      } else groups.push({ version: tag.version, total: 1, parts: [part] });
      continue;
    }
    const fits = (g: Group): boolean =>
      g.version === tag.version && g.total === tag.total && !g.parts.some((p) => p.tag.part === tag.part || p.tag.resend !== tag.resend);
    const parents = [message.inReplyTo, ...message.references].flatMap((id) => (id === null ? [] : (byId.get(id) ?? [])));
    const key = `${tag.version} ${tag.total}`;
    const near = alike.get(key) ?? [];
    const found =
      parents.find(fits) ??
      near.find((g) => fits(g) && g.parts.some((p) => related(p, part))) ??
      near.find((g) => fits(g) && g.parts.some((p) => loose(p, part)));
    const home = found ?? { version: tag.version, total: tag.total ?? 1, parts: [] };
    if (found === undefined) {
      groups.push(home);
      alike.set(key, [...near, home]);
    }
    home.parts.push(part);
    if (message.messageId !== null) byId.set(message.messageId, home);
  }
  return groups;
}

/** git send-email numbers the Message-IDs of one run, and threads all parts below one mail. */
function related(a: Part, b: Part): boolean {
  const stem = stemOf(a.message.messageId);
  if (stem !== null && stem === stemOf(b.message.messageId)) return true;
  if (a.message.inReplyTo !== null && a.message.inReplyTo === b.message.inReplyTo) return true;
  const points = (from: Part, to: Part): boolean =>
    to.message.messageId !== null && (from.message.inReplyTo === to.message.messageId || from.message.references.includes(to.message.messageId));
  return points(a, b) || points(b, a);
}

/** Unthreaded: the same sender, and neither points at something else. */
function loose(a: Part, b: Part): boolean {
  const stems = [stemOf(a.message.messageId), stemOf(b.message.messageId)];
  if (stems[0] !== null && stems[1] !== null && stems[0] !== stems[1]) return false;
  return a.message.from === b.message.from || isCover(a) || isCover(b) || a.message.messageId === null;
}

/** `20231121171643.3719880-1-user@host` without the number; null for other shapes. */
function stemOf(id: string | null): string | null {
  const found = id === null ? null : /^([\w.$+]{6,80})-\d{1,4}-(.{1,200})$/.exec(id.slice(0, 300));
  return found === null ? null : `${found[1]} ${found[2]}`;
}

/** A partial reroll (`v2 2/3` in reply to `v1 2/3`) takes its other parts from the version before. */
function rerolls(groups: readonly Group[]): Group[] {
  return groups.map((g) => {
    if (g.total <= 1 || numbered(g).length >= g.total) return g;
    const older = groups
      .filter((o) => o.total === g.total && o.version < g.version && g.parts.every((p) => o.parts.some((q) => answers(p, q))))
      .sort((a, b) => b.version - a.version)[0];
    if (older === undefined) return g;
    return { ...g, parts: [...g.parts, ...older.parts.filter((p) => !g.parts.some((q) => q.tag.part === p.tag.part))] };
  });
}

function answers(part: Part, to: Part): boolean {
  return to.message.messageId !== null && (part.message.inReplyTo === to.message.messageId || part.message.references.includes(to.message.messageId));
}

function numbered(g: Group): Part[] {
  return g.parts.filter((p) => !isCover(p));
}

function toSeries(g: Group, replies: readonly Message[]): Series {
  const coverPart = g.parts.find(isCover) ?? null;
  const patchParts = numbered(g).sort((a, b) => (a.tag.part ?? 0) - (b.tag.part ?? 0) || a.order - b.order);
  const gaps: Gap[] = [];
  const cover = coverPart?.message ?? null;
  const coverFacts = cover === null ? null : readBody(cover.body);
  if (coverPart !== null && coverPart.files.length > 0) gaps.push(gap('the diff in the cover letter was not read as a patch'));
  const expected = g.total === 0 ? patchParts.length : g.total;
  const missing = g.total === 0 ? [] : missingParts(patchParts, g.total);
  if (missing !== null && missing.length > 0) gaps.push(gap(`${missing.length} of ${expected} parts of the series are missing: ${ranges(missing)}`));
  for (const part of patchParts) {
    if (part.tag.version !== g.version) gaps.push(gap(`part ${part.tag.part} was not sent again in v${g.version}, so that of v${part.tag.version} was taken`));
  }
  const parts = patchParts.map((part, i): Patch => {
    gaps.push(...part.gaps);
    if (part.files.length === 0 && part.gaps.length === 0) gaps.push(gap(`part ${part.tag.part} carries no diff`));
    const facts = readBody(part.message.body);
    return {
      index: part.tag.part ?? i + 1,
      subject: part.title,
      author: facts.author ?? part.message.from,
      messageId: part.message.messageId,
      files: part.files,
      certainty: part.files.length === 0 && part.gaps.length > 0 ? 'refused' : worst(part.files.flatMap((f) => f.hunks.map((h) => h.certainty))),
      baseCommit: facts.baseCommit ?? coverFacts?.baseCommit ?? null,
      prerequisites: facts.prerequisites.length > 0 ? facts.prerequisites : (coverFacts?.prerequisites ?? []),
      message: part.message,
    };
  });
  const { patches, gaps: links } = crossCheck(parts);
  gaps.push(...links);
  const head = coverPart ?? patchParts[0]!;
  const ids = new Set(g.parts.map((p) => p.message.messageId));
  return {
    subject: head.title,
    version: g.version,
    messageId: head.message.messageId,
    cover,
    patches,
    replies: replies.filter((r) => !patches.some((p) => p.message === r) && [r.inReplyTo, ...r.references].some((id) => id !== null && ids.has(id))),
    expected,
    gaps,
  };
}

function missingParts(parts: readonly Part[], total: number): number[] {
  if (parts.every((p) => p.tag.part === null)) return [];
  const there = new Set(parts.map((p) => p.tag.part));
  return Array.from({ length: total }, (_, i) => i + 1).filter((i) => !there.has(i));
}

/** "1-3, 7". */
function ranges(numbers: readonly number[]): string {
  const found: string[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i]!;
    while (numbers[i + 1] === numbers[i]! + 1) i++;
    found.push(from === numbers[i] ? `${from}` : `${from}-${numbers[i]}`);
  }
  return found.join(', ');
}

function gap(why: string): Gap {
  return { stage: 'parse', file: '', function: '', why };
}
