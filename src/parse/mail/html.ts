import { Tokenizer } from 'htmlparser2';

/** Tags that a browser shows on a line of their own. */
const BLOCKS = new Set(
  'address article aside blockquote center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(' '),
);
const CELLS = new Set(['td', 'th']);
/** Their content is no part of the page's text. */
const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'textarea', 'select', 'button', 'iframe', 'svg', 'title']);
const PREFORMATTED = new Set(['pre', 'xmp', 'listing', 'plaintext']);

/** A web page as opposed to a mail or a diff; `text` may hold one character per byte. */
export function isHtml(text: string): boolean {
  const head = text.slice(0, 4096).trimStart();
  return /^(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!--[^>]{0,500}-->\s{0,20}){0,5}<(?:!doctype\s{1,20}html|html\b|head\b|body\b|meta\b|title\b|pre\b)/i.test(head);
}

/**
 * The text that a page shows, entities decoded, one line per line. White space in preformatted parts stays as it is;
 * elsewhere blanks stay too (a browser would join them), and line ends of the source count only behind `<br>`.
 * Linear in the length of the page, whatever its nesting.
 */
export function htmlText(html: string): string {
  const out: string[] = [];
  let column = 0;
  let name = '';
  let hidden: string | null = null;
  let pre = 0;
  let fresh = false; // Behind <br> or <pre>, where the source's own line end says nothing.
  const put = (text: string): void => {
    if (text === '') return;
    out.push(text);
    const end = text.lastIndexOf('\n');
    column = end < 0 ? column + text.length : text.length - end - 1;
  };
  const line = (): void => {
    if (column > 0) put('\n');
  };
  const show = (raw: string): void => {
    if (hidden !== null) return;
    let text = raw.replaceAll('\r\n', '\n');
    if (fresh && text.startsWith('\n')) text = text.slice(1);
    if (text !== '') fresh = false;
    put(pre > 0 ? text : text.replaceAll('\n', column === 0 ? '' : ' '));
  };
  const open = (): void => {
    if (hidden !== null) return;
    if (HIDDEN.has(name)) hidden = name;
    else if (name === 'br') {
      put('\n');
      fresh = true;
    } else if (PREFORMATTED.has(name)) {
      line();
      pre++;
      fresh = true;
    } else if (BLOCKS.has(name)) line();
    else if (CELLS.has(name) && column > 0) put(' ');
  };
  const ignore = (): void => undefined;
  const tokens = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => {
        show(html.slice(start, end));
      },
      ontextentity: (codepoint) => {
        show(codepoint === 0xa0 ? ' ' : String.fromCodePoint(codepoint));
      },
      onopentagname: (start, end) => {
        name = html.slice(start, Math.min(end, start + 40)).toLowerCase();
      },
      onopentagend: open,
      onselfclosingtag: open,
      onclosetag: (start, end) => {
        const closed = html.slice(start, Math.min(end, start + 40)).toLowerCase();
        if (hidden !== null) hidden = closed === hidden ? null : hidden;
        else if (PREFORMATTED.has(closed)) {
          pre = Math.max(0, pre - 1);
          line();
        } else if (BLOCKS.has(closed)) line();
      },
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      onattribname: ignore,
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onend: ignore,
      onprocessinginstruction: ignore,
    },
  );
  tokens.write(html);
  tokens.end();
  return out.join('');
}

/** The charset that a page declares, or null. */
export function htmlCharset(html: string): string | null {
  return /<meta\b[^>]{0,200}charset=["']?([\w-]{2,40})/i.exec(html.slice(0, 4096))?.[1] ?? null;
}
