/**
 * Text from a mail must never steer a terminal: control characters (C0, DEL, C1), line and paragraph
 * separators, bidirectional overrides and isolates, and lone surrogates are shown as `\xNN` or `\u{NNNN}`.
 * A tab becomes blanks up to the next multiple of eight, counted in UTF-16 units from the text's start.
 * The result is one line and stays the same when it is passed through again.
 */
export function printable(text: string): string {
  const flat = text.includes('\t') ? expandTabs(text) : text;
  return UNSAFE_ONE.test(flat) ? flat.replace(UNSAFE_ALL, escapeCharacter) : flat;
}

/** As `printable`, for text of several lines: `\n` and `\r\n` separate lines, everything else is escaped. */
export function printableLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map(printable);
}

/**
 * JSON escapes only C0 by itself. Within JSON text every other unsafe character can only stand inside a
 * string, so replacing it by `\uNNNN` keeps the value and makes the text safe to show.
 */
export function printableJson(json: string): string {
  return json.replace(UNSAFE_JSON, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

// C0, DEL and C1; soft hyphen; Arabic letter mark; zero-width and directional marks; separators, embeddings and
// overrides; word joiner to deprecated format characters; BOM; interlinear annotation; lone surrogates.
const CLASS = '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb';
const LONE = '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';
const UNSAFE_ONE = new RegExp(`[${CLASS}]|${LONE}`);
const UNSAFE_ALL = new RegExp(`[${CLASS}]|${LONE}`, 'g');
const UNSAFE_JSON = new RegExp(`[${CLASS.replace('\\u0000-\\u001f', '')}]|${LONE}`, 'g');

function escapeCharacter(c: string): string {
  const code = c.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function expandTabs(text: string): string {
  let out = '';
  for (const part of text.split(/(\t)/)) out += part === '\t' ? ' '.repeat(8 - (out.length % 8)) : part;
  return out;
}
