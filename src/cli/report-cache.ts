import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openCache } from '../host/index/cache.js';
import type { OpenIndex } from '../host/index/open.js';
import { readKnowledgeFiles, readProgramStamp } from '../host/knowledge.js';
import { readModelFiles } from '../host/models.js';
import type { Report } from '../report/index.js';
import type { RunOptions } from './program.js';

/** What the reports of one cache have in common besides the tree and the program. */
export interface ReportSettings {
  /** The tree, or null. */
  readonly dir: string | null;
  readonly kernel: string | null;
  readonly options: Pick<RunOptions, 'parser' | 'model' | 'knowledge'>;
  readonly version: string;
}

/** Reports that earlier runs made of the same contents; `of` is all that a report is made of, as plain data. */
export interface ReportCache {
  readonly get: (of: unknown) => Report | null;
  readonly put: (of: unknown, report: Report) => void;
  /** Removes what was not used for longest. */
  readonly tidy: () => void;
}

const MAX_CACHE = 64 << 20;

/**
 * Kept by all that a report depends on: what it is about, the functions of the tree around it, the program, the
 * knowledge and the models, and the options that change a report. Null where the program was not built: then it has no name.
 */
export async function openReportCache(folder: 'scan' | 'reviews', settings: ReportSettings, index: OpenIndex | null): Promise<ReportCache | null> {
  const program = await readProgramStamp();
  if (program === null) return null;
  const { parser, model, knowledge: added } = settings.options;
  const [knowledge, models, own] = await Promise.all([
    readKnowledgeFiles(),
    model ? readModelFiles() : [],
    Promise.all(added.map((path) => readFile(path, 'utf8').catch(() => null))),
  ]);
  if (own.includes(null)) return null;
  const stamp = digest([
    program,
    settings.version,
    settings.kernel,
    parser,
    model,
    index?.id ?? '',
    settings.dir !== null,
    own,
    knowledge.headers,
    models,
  ]).slice(0, 16);
  const cache = openCache(folder);
  const nameOf = (of: unknown): string => `${stamp}-${digest(of)}`;
  return {
    get: (of) => {
      try {
        return JSON.parse(cache.get(nameOf(of))?.toString('utf8') ?? 'null') as Report | null;
      } catch {
        return null;
      }
    },
    put: (of, report) => cache.put(nameOf(of), JSON.stringify(report)),
    tidy: () => cache.prune(MAX_CACHE),
  };
}

function digest(value: unknown): string {
  return createHash('sha1')
    .update(JSON.stringify(value, (_, part: unknown) => (part instanceof Map || part instanceof Set ? [...part] : part)))
    .digest('hex');
}
