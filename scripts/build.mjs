// npm run build: TypeScript to dist, the grammar beside it, then whatever scripts/build-*.mjs derive from the compiled stages.
// Needs no compiler: the grammar's WebAssembly ships inside its package.
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, rememberBuild, root, run, setUpPackages, tool } from './set-up.mjs';

setUpPackages();
compile();
removeOrphans();
copyGrammar();
for (const script of filesUnder('scripts').filter((path) => /\/build-[^/]+\.mjs$/.test(path))) {
  if (run(process.execPath, [join(root, script)]) !== 0) process.exit(1);
}
rememberBuild();

function compile() {
  if (run(process.execPath, [tool('typescript', 'tsc'), '-p', 'tsconfig.build.json']) !== 0) process.exit(1);
}

/** A module that was renamed or deleted must not live on in dist. */
function removeOrphans() {
  for (const path of filesUnder('dist')) {
    const source = /^dist\/(.+)\.js(?:\.map)?$/.exec(path)?.[1];
    if (source === undefined || existsSync(join(root, 'src', `${source}.ts`)) || existsSync(join(root, 'src', `${source}.tsx`))) continue;
    rmSync(join(root, path));
  }
}

/** The alias `tree-sitter-c-grammar` is there even where the optional native pair could not be installed. */
function copyGrammar() {
  mkdirSync(join(root, 'dist', 'grammar'), { recursive: true });
  copyFileSync(join(root, 'node_modules', 'tree-sitter-c-grammar', 'tree-sitter-c.wasm'), join(root, 'dist', 'grammar', 'tree-sitter-c.wasm'));
  copyFileSync(join(root, 'node_modules', 'tree-sitter-c-grammar', 'queries', 'highlights.scm'), join(root, 'dist', 'grammar', 'highlights.scm'));
}
