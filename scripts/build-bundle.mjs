// Part of `npm run build`: our own modules as a few files in dist/bundle, which bin starts. A review loads more than two
// hundred of them, and finding and opening each costs as much as running what is in it. Packages stay where they are.
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { filesUnder, root } from './set-up.mjs';

const out = join(root, 'dist', 'bundle');
/** Threads are started by file name, so each has a file of its own. */
const threads = filesUnder('dist/cli')
  .filter((path) => path.endsWith('-worker.js'))
  .map((path) => join(root, path));

if (existsSync(out)) rmSync(out, { recursive: true });
const build = await rolldown({
  input: [join(root, 'dist', 'cli', 'main.js'), ...threads],
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith(root),
  plugins: [{ name: 'places', transform: (code, id) => (code.includes('import.meta.url') ? places(code, id) : null) }],
  checks: { ineffectiveDynamicImport: false },
});
await build.write({ dir: out, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });

/** What a module looks for beside itself is where the module was; a thread's file is beside the bundle. */
function places(code, id) {
  const own = `new URL(${JSON.stringify(relative(out, id))}, import.meta.url).href`;
  return code.replace(/(new URL\('\.\/[a-z-]+-worker\.js', )?import\.meta\.url/g, (text, thread) => (thread === undefined ? own : text));
}
