import type { CFunction } from './ast.js';

/** The text of the statement that stands for lines which a hunk does not show. */
export const UNSHOWN = '…';

/** Whether only parts of the function are shown. */
export function isPartial(fn: CFunction): boolean {
  return fn.body?.body.some((s) => s.k === 'unknown' && s.text === UNSHOWN) ?? false;
}
