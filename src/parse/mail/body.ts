/** What a commit message says besides its prose. */
export interface BodyFacts {
  /** In-body `From:` of a relayed patch, or null. */
  readonly author: string | null;
  /** In-body `Subject:`, or null. */
  readonly subject: string | null;
  readonly baseCommit: string | null;
  readonly prerequisites: readonly string[];
}

/** Reads the in-body headers (at the top, behind a scissors line, or where mm-commits mails have them) and git's base trailers. */
export function readBody(body: string): BodyFacts {
  const top = body.slice(0, 65_536).split('\n');
  const scissors = top.findIndex((l) => /^(?:[- ]{0,40}(?:>8|8<|>%|%<)[- ]{0,40}){1,8}$/.test(l.slice(0, 100)) && l.includes('--'));
  let author: string | null = null;
  let subject: string | null = null;
  // mm-commits mails set the patch's own headers behind a rule.
  const rule = scissors >= 0 ? -1 : top.findIndex((l, at) => /^-{30,80}$/.test(l.slice(0, 90)) && /^From: \S/.test((top[at + 1] ?? '').slice(0, 900)));
  let i = Math.max(scissors, rule) + 1;
  while (top[i]?.trim() === '') i++;
  for (let seen = 0; seen < 12; seen++, i++) {
    const found = /^\s{0,8}(from|subject|date):\s{0,8}(\S.{0,900})$/i.exec(top[i] ?? '');
    if (found === null) {
      // Archive pages put blank lines, and the page's own From and Date, between.
      if ((top[i]?.trim() ?? 'x') === '' || /^\[[^\]]{0,80}\]/.test(top[i] ?? '')) continue;
      break;
    }
    const name = found[1]!.toLowerCase();
    if (name === 'from') author = found[2]!.trim();
    if (name === 'subject') subject = found[2]!.trim();
  }
  let baseCommit: string | null = null;
  const prerequisites: string[] = [];
  for (const key of ['base-commit: ', 'prerequisite-patch-id: ']) {
    for (let at = body.indexOf(key); at >= 0; at = body.indexOf(key, at + 1)) {
      if (at > 0 && body[at - 1] !== '\n') continue;
      const id = /^[0-9a-f]{7,64}(?![0-9a-f])/.exec(body.slice(at + key.length, at + key.length + 70))?.[0];
      if (id === undefined) continue;
      if (key === 'base-commit: ') baseCommit = id;
      else if (prerequisites.length < 1000) prerequisites.push(id);
    }
  }
  return { author, subject, baseCommit, prerequisites };
}
