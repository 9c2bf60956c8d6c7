import type { CFile } from '../parse/c/ast.js';
import type { Gap } from '../parse/gap.js';
import { EMPTY_TABLE, type KnowledgeTable, readTable } from './table.js';

/** The shipped headers as text, and what the build made of them ("" when there was no build). */
export interface KnowledgeText {
  readonly headers: readonly { readonly path: string; readonly text: string }[];
  readonly prebuilt: string;
}

/** The shipped table: as the build left it if it was built from these very headers, else read from them now. */
export function shippedTable(
  text: KnowledgeText,
  parseC: (path: string, text: string) => { readonly file: CFile; readonly gaps: readonly Gap[] },
): { readonly table: KnowledgeTable; readonly gaps: readonly Gap[] } {
  const built = decodeTable(text);
  if (built) return { table: built, gaps: [] };
  const parsed = text.headers.map((h) => parseC(h.path, h.text));
  const read = readTable(
    parsed.map((p) => p.file),
    EMPTY_TABLE,
  );
  return { table: read.table, gaps: [...parsed.flatMap((p) => p.gaps), ...read.gaps] };
}

/** The table as text that `shippedTable` accepts for the same headers. */
export function encodeTable(table: KnowledgeTable, headers: KnowledgeText['headers']): string {
  const maps = Object.fromEntries(Object.entries(table).map(([name, map]) => [name, [...(map as ReadonlyMap<string, unknown>)]]));
  return JSON.stringify({ stamp: stampOf(headers), ...maps });
}

function decodeTable(text: KnowledgeText): KnowledgeTable | null {
  const stamp = stampOf(text.headers);
  // Checked on the text, so that an outdated table is not even parsed.
  if (!text.prebuilt.startsWith(`{"stamp":${JSON.stringify(stamp)},`)) return null;
  try {
    const raw = JSON.parse(text.prebuilt) as Record<string, readonly (readonly [string, unknown])[]>;
    const maps = Object.keys(EMPTY_TABLE).map((name) => [name, new Map(raw[name])] as const);
    return Object.fromEntries(maps) as unknown as KnowledgeTable;
  } catch {
    return null;
  }
}

/** A fingerprint of names and texts (FNV-1a, twice with different seeds): it notices edits, it does not resist attacks. */
function stampOf(headers: KnowledgeText['headers']): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const { path, text } of headers)
    for (const part of [path, text]) {
      for (let i = 0; i < part.length; i++) {
        a = Math.imul(a ^ part.charCodeAt(i), 0x01000193);
        b = Math.imul(b ^ part.charCodeAt(i), 0x5bd1e995);
      }
    }
  return `2 ${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
