import { printable } from '../report/index.js';

/** An expected failure of a command: one line that says what is wrong, perhaps one that says what to do next. */
export class Failure extends Error {
  constructor(
    readonly exit: 2 | 3,
    message: string,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = 'Failure';
  }
}

/** What stderr shows, and the exit status. Only RMAP_DEBUG=1 shows where an internal error came from. */
export function explain(error: unknown, env: Readonly<Record<string, string | undefined>>): { readonly text: string; readonly exit: number } {
  if (error instanceof Failure) return { text: lines(error.message, error.hint), exit: error.exit };
  const debug = env['RMAP_DEBUG'] === '1';
  const message = error instanceof Error ? error.message : String(error);
  const text = lines(`internal error: ${message.split('\n')[0] ?? ''}`, debug ? null : 'RMAP_DEBUG=1 shows where; please report it with the input');
  return { text: debug && error instanceof Error ? `${text}${error.stack ?? ''}\n` : text, exit: 2 };
}

function lines(message: string, hint: string | null): string {
  return `rmap-review: ${printable(message)}\n${hint === null ? '' : `  ${printable(hint)}\n`}`;
}
