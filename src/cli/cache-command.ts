import { cacheDir, cacheParts, clearCache } from '../host/cache.js';
import { Failure } from './failure.js';
import { print } from './output.js';

/** Shows the user's cache, or removes it. Folders that this program did not make (a kernel tree) are shown and kept. */
export async function cacheCommand(action: string): Promise<number> {
  const dir = cacheDir(process.env);
  const parts = await cacheParts(dir);
  const own = parts.filter((part) => OWN.test(part.name));
  if (action === 'clear') {
    await clearCache(
      dir,
      own.map((part) => part.name),
    );
    await print(`removed ${size(own.reduce((n, p) => n + p.bytes, 0))} from ${dir}\n`);
    return 0;
  }
  if (action !== 'show') throw new Failure(2, `cache ${action} is not known`, 'cache show, or cache clear');
  const rows = parts.map(
    (part) => `  ${size(part.bytes).padStart(9)}  ${part.name}${OWN.test(part.name) ? '' : '  (not made by this program; cache clear keeps it)'}`,
  );
  await print(`${dir}\n${rows.length === 0 ? '  empty' : rows.join('\n')}\n`);
  return 0;
}

/** What can be made again at any time. */
export const OWN = /^(?:hook|bot-work|index|listing|tree|summaries|facts|declarations|scan|reviews)(?:-|\.|$)/;

export function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}
