import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createParser } from '../../src/parse/c/parser.js';
import type { Contract, ContractEffect } from '../../src/kernel/contract.js';
import { EMPTY_TABLE, type KnowledgeTable, readTable } from '../../src/kernel/table.js';

export const folder = fileURLToPath(new URL('../../knowledge/', import.meta.url));
export const headers = readdirSync(folder)
  .filter((n) => n.endsWith('.h'))
  .sort()
  .map((n) => ({ path: `knowledge/${n}`, text: readFileSync(join(folder, n), 'utf8') }));
export const parser = await createParser();
const parsed = headers.map((h) => parser.parseC(h.path, h.text));
export const shipped = readTable(
  parsed.map((p) => p.file),
  EMPTY_TABLE,
);
export const parseGaps = parsed.flatMap((p) => p.gaps);

/** Reads `text` on top of the shipped headers, as a user's own header. */
export function own(text: string): { table: KnowledgeTable; gaps: readonly string[] } {
  const { file, gaps } = parser.parseC('mine.h', text);
  const read = readTable([file], shipped.table);
  return { table: read.table, gaps: [...gaps, ...read.gaps].map((g) => g.why) };
}

/** "zero: acquire rwsem shared; negative: -", for one contract. */
export function say(contract: Contract | null): string {
  return contract === null
    ? 'none'
    : contract.outcomes.map((o) => `${when(o.when)}${'given' in o ? ' given' : ''}: ${o.effects.map(effect).filter(Boolean).join(', ') || '-'}`).join('; ');
}

function when(w: Contract['outcomes'][number]['when']): string {
  if (w.is === 'equals') return `${w.not ? 'not ' : ''}${w.value}`;
  return w.is === 'bits' ? `${w.set ? '' : 'no '}${w.names.join('|')}` : w.is;
}

function effect(e: ContractEffect): string {
  switch (e.op) {
    case 'acquire':
      return `take ${e.kind} ${e.mode}`;
    case 'release':
      return `drop ${e.kind} ${e.mode}`;
    case 'get':
    case 'put':
    case 'consume':
      return `${e.op} ${e.kind}`;
    case 'downgrade':
      return `downgrade ${e.kind}`;
    default:
      return '';
  }
}
