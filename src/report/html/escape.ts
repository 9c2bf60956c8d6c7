import { printable } from '../printable.js';

/** Text as it stands in an element or in a quoted attribute: nothing in it is markup, nothing steers a terminal. */
export function esc(text: string): string {
  return entities(printable(text));
}

/** For text that is printable already. */
export function entities(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** An id that a link can name: letters, digits and `-` only. Different texts may share one; callers number theirs. */
export function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40).replace(/^-|-$/g, '') || 'x';
}
