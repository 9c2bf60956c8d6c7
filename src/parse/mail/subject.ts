/** What the brackets of a subject say about a mail's place in a series. */
export interface SubjectTag {
  /** Without the leading brackets and `Re:`. */
  readonly title: string;
  readonly isReply: boolean;
  /** A bracket says PATCH, RFC or i/n. */
  readonly isPatch: boolean;
  readonly version: number;
  /** i and n of `i/n`; null when it is not numbered. 0 is the cover letter. */
  readonly part: number | null;
  readonly total: number | null;
  readonly resend: boolean;
}

/**
 * Reads `[PATCH vN i/M]` in the spellings that kernel lists have: `[PATCHv3]`, `[v3 PATCH 1/1]`, `[PATCH 00/33 v6]`,
 * `[RFC][PATCH mm-unstable v2 3/9]`, `[v3,1/2]`, `[Nouveau] [PATCH v2.5]`, `[patch 04/12]`.
 */
export function readSubject(subject: string): SubjectTag {
  let rest = subject.slice(0, 1000).trim();
  let isReply = false;
  let isPatch = false;
  let version = 1;
  let part: number | null = null;
  let total: number | null = null;
  let resend = false;
  for (;;) {
    const reply = /^(?:re|aw|sv|fwd?|antw)(?:\[\d+\])?:\s*/i.exec(rest.slice(0, 40));
    if (reply !== null) {
      isReply = true;
      rest = rest.slice(reply[0].length);
      continue;
    }
    const close = rest.startsWith('[') ? rest.indexOf(']') : -1;
    if (close < 0) break;
    const tokens = rest.slice(1, close).split(/[\s,:]+/);
    rest = rest.slice(close + 1).trimStart();
    for (const token of tokens) {
      const numbers = /^(\d{1,4})\/(\d{1,4})$/.exec(token);
      const versioned = /^(?:PATCH|RFC)?-?v(\d{1,3})(?:\.\d{1,3})?$/i.exec(token);
      if (numbers !== null) {
        part = Number(numbers[1]);
        total = Number(numbers[2]);
        isPatch = true;
      } else if (versioned !== null) version = Number(versioned[1]);
      if (/^(?:patch|rfc)/i.test(token)) isPatch = true;
      if (/^(?:resend|repost)$/i.test(token)) resend = true;
    }
  }
  return { title: rest, isReply, isPatch, version: Math.max(1, version), part, total, resend };
}
