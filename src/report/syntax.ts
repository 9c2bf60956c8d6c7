/** A piece of a source line and what it is; the letters are those of `SourceText.syntax`, "." for plain. */
export interface SyntaxRun {
  readonly text: string;
  readonly kind: string;
}

/** A line cut at its runs. Runs that do not fit the line are plain: a report may come from anywhere. */
export function syntaxRuns(line: string, runs: string | undefined): readonly SyntaxRun[] {
  const out: SyntaxRun[] = [];
  let at = 0;
  for (const [, length, kind] of (runs ?? '').matchAll(/(\d{1,6})([a-z.])/g)) {
    const text = line.slice(at, at + Number(length));
    if (text === '') break;
    out.push({ text, kind: kind ?? '.' });
    at += text.length;
  }
  return at < line.length || out.length === 0 ? [...out, { text: line.slice(at), kind: '.' }] : out;
}
