// The yardstick: a process that loads the parser and parses the given files once, and does nothing else.
//   node bench/baseline.mjs wasm|native FILE...
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [backend, ...files] = process.argv.slice(2);
const parser = backend === 'native' ? await native() : await wasm();
for (const file of files) {
  const tree = parser.parse(readFileSync(file, 'utf8'));
  if (tree.rootNode.endIndex === 0) process.exit(1);
  tree.delete?.();
}

async function wasm() {
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(fileURLToPath(new URL('../dist/grammar/tree-sitter-c.wasm', import.meta.url))));
  return { parse: (text) => made.parse(text) };
}

async function native() {
  const { default: Parser } = await import('tree-sitter');
  const { default: C } = await import('tree-sitter-c');
  const made = new Parser();
  made.setLanguage(C);
  // Its own buffer holds 32 KB; one for the largest file would be filled with zeros for each.
  return { parse: (text) => made.parse((from) => text.slice(from, from + 8192)) };
}
