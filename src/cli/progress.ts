/** One short word for the stage that begins, and how far it is where that is known. */
export type OnProgress = (stage: string, done: number, total: number) => void;

/** One line on stderr that is rewritten, and wiped at the end; nothing where stderr is no terminal. */
export function progressLine(stderr: NodeJS.WriteStream, quiet: boolean): { readonly on: OnProgress; readonly end: () => void } {
  if (stderr.isTTY !== true || quiet) return { on: () => undefined, end: () => undefined };
  let shown = false;
  let last = 0;
  return {
    on: (stage, done, total) => {
      const now = Date.now();
      if (now - last < 80 && done < total) return;
      last = now;
      shown = true;
      stderr.write(`\r\u001b[K${stage}${total > 1 ? ` ${done}/${total}` : ''} …`.slice(0, 78));
    },
    end: () => {
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
