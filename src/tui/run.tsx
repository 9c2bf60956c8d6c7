import type { Report } from '../report/index.js';
import { answered, initialState, reducer, resized } from './state.js';
import type { Kept, Request, Size, State } from './types.js';
import { updated } from './update.js';

/** The terminal and what only the command line may do. Enters as arguments; nothing here opens files or processes. */
export interface Terminal {
  /** A terminal to read keys from: standard input, or /dev/tty when the mail came on standard input. */
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Words instead of a drawn screen. */
  readonly linear: boolean;
  /** No colours: what `NO_COLOR` asks for. Ink itself does not know that variable. */
  readonly plain: boolean;
  /** Opens an editor, stops the process … with the terminal given back meanwhile. Answers with a message, or "". */
  /** Remembers marks, notes and folds for the next time. */
  readonly keep: (kept: Kept) => void;
  readonly perform: (request: Extract<Request, { kind: 'edit' | 'suspend' }>) => Promise<string>;
}

/** A report that is still being made. `busy`: what happens now; null with the last one. `leave`: it will never be complete. */
export type Follow = (update: (report: Report, busy: State['busy']) => void, leave: () => void) => void;

/** Loads what draws, a third of a second's work, for whoever knows early that a view will be shown. */
export function preload(plain: boolean) {
  prepareEnvironment(plain);
  return Promise.all([import('ink'), import('./app.js'), import('react')]);
}

/** Shows the report until the reader quits. `interrupted`: with Ctrl-C. The terminal is left as it was found. */
export async function runTui(first: Report, terminal: Terminal, remembered: Kept | null, follow: Follow | null): Promise<{ readonly interrupted: boolean }> {
  const [{ render }, { App }, { createElement }] = await preload(terminal.plain);
  let report = first;
  let step = reducer(report);
  let state = initialState(report, sizeOf(terminal.stdout), remembered);
  let touched = false;
  let abandoned = false;
  let abandon: (() => void) | null = null;
  let redraw: (() => void) | null = null;
  follow?.(
    (next, busy) => {
      state = updated(report, state, next, busy, touched);
      report = next;
      step = reducer(report);
      redraw?.();
    },
    () => {
      abandoned = true;
      abandon?.();
    },
  );
  const leave = (): void => {
    terminal.stdout.write(terminal.linear ? '\n' : LEAVE);
  };
  process.once('exit', leave);
  try {
    for (;;) {
      const request = await session();
      if (request.kind === 'quit') return { interrupted: request.interrupted };
      const message = request.kind === 'redraw' ? '' : await terminal.perform(request);
      state = resized(answered(state, message), sizeOf(terminal.stdout));
    }
  } finally {
    process.removeListener('exit', leave);
  }

  /**
   * From taking the screen to giving it back, which happens when something outside has to be done. A new size, too,
   * ends a session: Ink erases by counting the lines it wrote, which no longer holds once the terminal has moved them.
   */
  function session(): Promise<Ending> {
    return new Promise((done) => {
      let ended = false;
      const node = () => createElement(App, { report, state, linear: terminal.linear, onKey });
      const end = (request: Ending): void => {
        if (ended) return;
        ended = true;
        redraw = null;
        terminal.stdout.off('resize', onResize);
        app.unmount();
        app.cleanup();
        if (request.kind !== 'redraw') leave();
        done(request);
      };
      const onResize = (): void => {
        state = resized(state, sizeOf(terminal.stdout));
        setImmediate(() => end({ kind: 'redraw' }));
      };
      const onKey = (key: string): void => {
        if (state.request !== null) return;
        touched = true;
        const before = state;
        state = step(state, key);
        if (state.kept !== before.kept || state.folded !== before.folded) terminal.keep({ ...state.kept, folded: state.foldedByHand ? state.folded : null });
        const { request } = state;
        if (request?.kind === 'copy') {
          terminal.stdout.write(clipboard(request.text));
          state = answered(state, 'Copied.');
        } else if (request !== null) {
          // Ink is still handling the key; it may only be taken down afterwards.
          setImmediate(() => end(request));
          return;
        }
        app.rerender(node());
      };
      if (!terminal.linear) terminal.stdout.write(ENTER);
      terminal.stdout.on('resize', onResize);
      const app = render(node(), {
        stdin: terminal.stdin,
        stdout: terminal.stdout,
        exitOnCtrlC: false,
        patchConsole: false,
        isScreenReaderEnabled: terminal.linear,
      });
      redraw = () => {
        app.rerender(node());
      };
      abandon = () => end({ kind: 'quit', interrupted: false });
      if (abandoned) abandon();
    });
  }
}

type Ending = Exclude<Request, { kind: 'copy' }>;

const ENTER = '\u001b[?1049h\u001b[2J\u001b[H';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** One line less than the terminal has: Ink redraws a screen that is full by clearing the scrollback as well. */
function sizeOf(stdout: NodeJS.WriteStream): Size {
  return { columns: Math.max(20, stdout.columns || 80), rows: Math.max(6, (stdout.rows || 24) - 1) };
}

/** OSC 52: the terminal, not this machine, owns the clipboard, so it works over ssh as well. */
function clipboard(text: string): string {
  return `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
}

/** Read by Ink's parts when they are loaded. Their development build is slower and larger. */
function prepareEnvironment(plain: boolean): void {
  process.env['NODE_ENV'] ??= 'production';
  if (plain) process.env['FORCE_COLOR'] = '0';
}
