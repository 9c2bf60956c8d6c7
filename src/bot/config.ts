import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { MailSource } from '../host/mail-source.js';
import type { TransportConfig } from '../host/transport.js';

/** From the most to the least restrictive. `dry-run` only logs, `draft` writes to the moderation Maildir. */
export const MODES = ['mute', 'dry-run', 'draft', 'send'] as const;
export type Mode = (typeof MODES)[number];

const address = z.string().regex(/^[^\s<>@,;:"()[\]\\]+@[A-Za-z0-9.-]+$/, 'is no mail address');
const pattern = z.string().regex(/^(?:\*|\*@[A-Za-z0-9.-]+|[^\s<>@,;:"()[\]\\*]+@[A-Za-z0-9.-]+)$/, 'is neither an address, nor *@domain, nor *');

const policySchema = z.strictObject({
  lists: z.array(pattern).min(1),
  mode: z.enum(MODES).default('draft'),
  /** Only series that touch C below one of these are looked at. */
  paths: z.array(z.string().regex(/^(?!\/)(?!.*\.\.).*$/, 'must be a path inside the tree')).min(1),
  /** Tried in order; without `rev` the series' own base-commit or blob ids decide. */
  bases: z
    .array(
      z.strictObject({
        tree: z.string(),
        rev: z
          .string()
          .regex(/^[\w./~^@{}-]+$/, 'is no revision')
          .optional(),
      }),
    )
    .min(1),
  quietMinutes: z
    .number()
    .min(0)
    .max(7 * 24 * 60)
    .default(30),
  maxAgeDays: z.number().positive().max(36_500).default(7),
  dailyCap: z.number().int().min(0).max(1000).default(10),
  maxRecipients: z.number().int().min(1).max(100).default(20),
  /** A mail with more findings than this is a draft whatever the mode: so many at once are rarely all right. */
  maxFindings: z.number().int().min(1).max(20).default(3),
  maxPatches: z.number().int().min(1).max(1000).default(100),
});

const sourceSchema = z.union([z.strictObject({ 'public-inbox': z.string().min(1) }), z.strictObject({ maildir: z.string().min(1) })]);
const transportSchema = z.union([
  z.strictObject({
    smtp: z.strictObject({
      host: z.string().min(1),
      port: z.number().int().min(1).max(65_535),
      secure: z.boolean().default(false),
      user: z.string().optional(),
      passwordFile: z.string().optional(),
    }),
  }),
  z.strictObject({ sendmail: z.string().startsWith('/', 'must be an absolute path') }),
]);

const configSchema = z.strictObject({
  /** Folder for the embedded database and the kill switch. */
  state: z.string().min(1),
  /** `postgres://…`: the state is there instead, and several workers may share it. */
  database: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  identity: z.strictObject({ name: z.string().regex(/^[\w .()-]{1,60}$/, 'may hold letters, digits, blanks, and .()- only'), address, contact: address }),
  moderation: z.string().min(1),
  trees: z.record(z.string(), z.string().min(1)),
  lists: z.array(z.strictObject({ name: z.string().regex(/^[\w.-]{1,60}$/), address, source: sourceSchema })).min(1),
  policies: z.array(policySchema).default([]),
  transport: transportSchema.optional(),
  /** Never written to. */
  deny: z.array(pattern).default([]),
  /** Senders that are programs, beyond those that say so. */
  bots: z.array(pattern).default([]),
  budgetSeconds: z.number().positive().max(3600).default(120),
  pollSeconds: z.number().positive().max(86_400).default(60),
});

export interface Policy {
  readonly lists: readonly string[];
  readonly mode: Mode;
  readonly paths: readonly string[];
  readonly bases: readonly { readonly tree: string; readonly rev: string | null }[];
  readonly quietMs: number;
  readonly maxAgeMs: number;
  readonly dailyCap: number;
  readonly maxRecipients: number;
  readonly maxFindings: number;
  readonly maxPatches: number;
}

export interface WatchedList {
  readonly name: string;
  readonly address: string;
  readonly source: MailSource;
}

export interface BotConfig {
  readonly state: string;
  readonly database: string | null;
  readonly identity: { readonly name: string; readonly address: string; readonly contact: string };
  readonly moderation: string;
  readonly lists: readonly WatchedList[];
  readonly policies: readonly Policy[];
  readonly transport: TransportConfig | null;
  readonly deny: readonly string[];
  readonly bots: readonly string[];
  readonly budgetMs: number;
  readonly pollMs: number;
}

/** The configuration, or every sentence that says what is wrong with it. Paths are taken from the file's own folder. */
export async function loadConfig(path: string): Promise<{ readonly config: BotConfig } | { readonly errors: readonly string[] }> {
  const text = await readFile(path, 'utf8').catch((error: Error) => error);
  if (typeof text !== 'string') return { errors: [`cannot be read: ${text.message}`] };
  const read = readConfig(text, dirname(resolve(path)));
  if ('errors' in read) return read;
  if (read.passwordFile === null || read.config.transport?.kind !== 'smtp') return { config: read.config };
  const password = await readFile(read.passwordFile, 'utf8').catch(() => null);
  if (password === null) return { errors: [`transport.smtp.passwordFile: ${read.passwordFile} cannot be read`] };
  return { config: { ...read.config, transport: { ...read.config.transport, password: password.trim() } } };
}

/** Pure part of `loadConfig`. */
export function readConfig(
  text: string,
  folder: string,
): { readonly config: BotConfig; readonly passwordFile: string | null } | { readonly errors: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { errors: [`is not JSON: ${error instanceof Error ? error.message : 'cannot be parsed'}`] };
  }
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) return { errors: parsed.error.issues.map((issue) => `${where(issue.path)}${issue.message}`) };
  const errors = contradictions(parsed.data);
  if (errors.length > 0) return { errors };
  const at = (path: string): string => resolve(folder, path);
  const { data } = parsed;
  const smtp = data.transport !== undefined && 'smtp' in data.transport ? data.transport.smtp : null;
  const config: BotConfig = {
    state: at(data.state),
    database: data.database ?? null,
    identity: data.identity,
    moderation: at(data.moderation),
    lists: data.lists.map((l) => ({
      name: l.name,
      address: l.address.toLowerCase(),
      source: 'maildir' in l.source ? { kind: 'maildir', dir: at(l.source.maildir) } : { kind: 'public-inbox', dir: at(l.source['public-inbox']) },
    })),
    policies: data.policies.map((p) => ({
      lists: p.lists.map((x) => x.toLowerCase()),
      mode: p.mode,
      paths: p.paths,
      bases: p.bases.map((b) => ({ tree: at(data.trees[b.tree] ?? ''), rev: b.rev ?? null })),
      quietMs: p.quietMinutes * 60_000,
      maxAgeMs: p.maxAgeDays * 86_400_000,
      dailyCap: p.dailyCap,
      maxRecipients: p.maxRecipients,
      maxFindings: p.maxFindings,
      maxPatches: p.maxPatches,
    })),
    transport:
      smtp !== null
        ? { kind: 'smtp', host: smtp.host, port: smtp.port, secure: smtp.secure, user: smtp.user ?? null, password: null }
        : data.transport !== undefined && 'sendmail' in data.transport
          ? { kind: 'sendmail', command: data.transport.sendmail }
          : null,
    deny: data.deny.map((x) => x.toLowerCase()),
    bots: data.bots.map((x) => x.toLowerCase()),
    budgetMs: data.budgetSeconds * 1000,
    pollMs: data.pollSeconds * 1000,
  };
  return { config, passwordFile: smtp?.passwordFile === undefined ? null : at(smtp.passwordFile) };
}

/** What is well formed and still cannot all be meant. */
function contradictions(config: z.infer<typeof configSchema>): readonly string[] {
  const errors: string[] = [];
  const seen = new Map<string, string>();
  for (const [i, list] of config.lists.entries()) {
    for (const key of [`name ${list.name}`, `address ${list.address.toLowerCase()}`]) {
      if (seen.has(key)) errors.push(`lists[${i}]: ${key} is there twice`);
      seen.set(key, '');
    }
  }
  const modes = new Map<string, string>();
  for (const [i, policy] of config.policies.entries()) {
    for (const list of policy.lists.map((l) => l.toLowerCase())) {
      const before = modes.get(list);
      if (before !== undefined) errors.push(`policies[${i}].lists: ${list} has a policy already (mode ${before}); one of them must go`);
      modes.set(list, policy.mode);
    }
    for (const base of policy.bases) if (config.trees[base.tree] === undefined) errors.push(`policies[${i}].bases: there is no tree "${base.tree}" in trees`);
    if (policy.mode === 'send' && config.transport === undefined) errors.push(`policies[${i}].mode: send needs a transport`);
    if (policy.mode === 'send' && policy.dailyCap === 0) errors.push(`policies[${i}].dailyCap: 0 and mode send exclude each other`);
    if (policy.mode === 'send' && policy.lists.includes('*')) errors.push(`policies[${i}].lists: * and mode send exclude each other; name the lists`);
    if (policy.quietMinutes * 60_000 >= policy.maxAgeDays * 86_400_000)
      errors.push(`policies[${i}].quietMinutes: is longer than maxAgeDays, so nothing would ever be due`);
  }
  if (config.deny.some((d) => matches(d.toLowerCase(), config.identity.contact.toLowerCase()))) errors.push('deny: forbids the contact of identity');
  return errors;
}

/** Does the pattern (an address, `*@domain` or `*`) mean this address? Both in lower case. */
export function matches(pattern: string, address: string): boolean {
  return pattern === '*' || pattern === address || (pattern.startsWith('*@') && address.endsWith(pattern.slice(1)));
}

function where(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i === 0 ? '' : '.'}${String(p)}`)).join('')}: `;
}
