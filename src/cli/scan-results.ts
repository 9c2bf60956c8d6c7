import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openCache } from '../host/index/cache.js';
import type { OpenIndex } from '../host/index/open.js';
import { readKnowledgeFiles, readProgramStamp } from '../host/knowledge.js';
import { readModelFiles } from '../host/models.js';
import type { Report } from '../report/index.js';
import type { ScanJob, Source } from './scan.js';

/** The reports of single files that earlier scans made of the same contents. */
export interface ScanResults {
  readonly get: (file: Source) => Report | null;
  readonly put: (file: Source, report: Report) => void;
  /** Removes what was not used for longest. */
  readonly tidy: () => void;
}

const MAX_CACHE = 64 << 20;

/**
 * Kept by all that a file's report depends on: its path and text, the functions of the tree around it, the program, the
 * knowledge and the models, and the options that change a report. Null where the program was not built: then it has no name.
 */
export async function openScanResults(job: ScanJob, index: OpenIndex | null): Promise<ScanResults | null> {
  const program = await readProgramStamp();
  if (program === null) return null;
  const [knowledge, models, own] = await Promise.all([readKnowledgeFiles(), job.options.model ? readModelFiles() : [], Promise.all(job.options.knowledge.map((path) => readFile(path, 'utf8').catch(() => null)))]);
  if (own.includes(null)) return null;
  const { parser, model } = job.options;
  const stamp = digest([program, job.version, job.kernel, parser, model, index?.id ?? '', job.dir !== null, own, knowledge.headers, models]).slice(0, 16);
  const cache = openCache('scan');
  const nameOf = (file: Source): string => `${stamp}-${digest([file.path, file.text])}`;
  return {
    get: (file) => {
      try {
        return JSON.parse(cache.get(nameOf(file))?.toString('utf8') ?? 'null') as Report | null;
      } catch {
        return null;
      }
    },
    put: (file, report) => cache.put(nameOf(file), JSON.stringify(report)),
    tidy: () => cache.prune(MAX_CACHE),
  };
}

function digest(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}
