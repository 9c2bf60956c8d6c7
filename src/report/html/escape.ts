import { printable } from '../printable.js';

/** Text as it stands in an element or in a quoted attribute: nothing in it is markup, nothing steers a terminal. */
export function esc(text: string): string {
  return entities(printable(text));
}

/** For text that is printable already. */
export function entities(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}
