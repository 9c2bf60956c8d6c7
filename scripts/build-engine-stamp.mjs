// Part of `npm run build`: names the compiled engine by content. Results that were kept from another engine are not used.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root } from './set-up.mjs';

const hash = createHash('sha1');
for (const path of filesUnder('dist').filter((p) => /^dist\/(?:parse\/c|kernel|cfg|effect|absint)\/.*\.js$/.test(p)).sort()) hash.update(path).update(readFileSync(join(root, path)));
writeFileSync(join(root, 'dist', 'engine.txt'), `${hash.digest('hex')}\n`);
