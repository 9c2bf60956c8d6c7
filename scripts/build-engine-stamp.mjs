// Part of `npm run build`: names the compiled engine by content, and the whole program. Results that were kept from another
// one are not used: summaries belong to an engine, reports to a program.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root } from './set-up.mjs';

for (const [name, files] of [
  ['engine.txt', /^dist\/(?:parse\/c|kernel|cfg|effect|absint)\/.*\.js$/],
  ['program.txt', /^dist\/.*\.js$/],
]) {
  const hash = createHash('sha1');
  for (const path of filesUnder('dist')
    .filter((p) => files.test(p))
    .sort())
    hash.update(path).update(readFileSync(join(root, path)));
  writeFileSync(join(root, 'dist', name), `${hash.digest('hex')}\n`);
}
