// The direction of the arrows, as data: one rule per arrow that must not exist, each with the reason for it.
// docs/architecture.md draws the same picture.

/** The line, left to right. A folder may import those before it, and itself. */
const line = ['parse', 'kernel', 'cfg', 'effect', 'absint', 'lockgraph', 'rules', 'model', 'report'];

/** Why a stage must not know what comes after it. */
const reasons = {
  parse: 'Reading text must not depend on what is done with it; so the parser can be replaced, and tested, alone.',
  kernel: 'Contracts are text that was read; if they knew the graph or the engine, knowledge files could not be checked without them.',
  cfg: 'A control-flow graph says where control goes and never what a call means, so one graph serves the engine and the model.',
  effect: 'An effect is what a contract says about one call. It must be the same whatever path leads to the call.',
  absint: 'The engine computes summaries of one side; it must not know that there are two sides, or which rule will ask.',
  lockgraph: 'Comparing two sides is a question about summaries. What is worth complaining about is decided by rules.',
  rules: 'A finding is made without knowing whether it will be confirmed, so that a verdict cannot bend it.',
  model: 'A verdict must not depend on how it will be shown.',
  report: 'Everything shown is a function of the Report value; what draws it is not its business.',
};

const leftOfReview = `^src/(${line.join('|')})/`;

const stages = line.map((stage, i) => ({
  name: `${stage}-imports-left`,
  comment: reasons[stage],
  severity: 'error',
  from: { path: `^src/${stage}/` },
  to: { path: '^src/', pathNot: `^src/(${line.slice(0, i + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...stages,
    {
      name: 'tui-imports-report',
      comment: 'A view of one Report value. What it cannot get from the report, the JSON and the mail do not have either.',
      severity: 'error',
      from: { path: '^src/tui/' },
      to: { path: '^src/', pathNot: '^src/(tui|report)/' },
    },
    {
      name: 'review-imports-stages',
      comment: 'The whole run on one page. Files and terminals enter as arguments, so a test can run it on text.',
      severity: 'error',
      from: { path: '^src/(review|scan)\\.ts$' },
      to: { path: '^src/', pathNot: `${leftOfReview}|^src/review\\.ts$` },
    },
    {
      name: 'host-imports-parse-types',
      comment: 'Git, files and mail bring text in. If the host knew the analysis, the analysis would end up doing I/O through it.',
      severity: 'error',
      from: { path: '^src/host/' },
      to: { path: '^src/', pathNot: '^src/(host|parse)/' },
    },
    {
      name: 'nothing-imports-cli',
      comment: 'The command line is one of several ways in. What something else needs of it belongs further left.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'nothing-imports-bot',
      comment: 'The bot is a user of the tool like any other; only the command that starts it may know it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|bot)/' },
      to: { path: '^src/bot/' },
    },
    {
      name: 'parsers-only-in-parse',
      comment: 'Nodes of tree-sitter must be freed and parse-diff guarded; both are possible only where nobody else holds them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/parse/' },
      to: { path: '(^|/)(web-tree-sitter|tree-sitter|tree-sitter-c|parse-diff|postal-mime)(/|$)' },
    },
    {
      name: 'ink-only-in-tui',
      comment: 'Loading Ink costs a third of a second and reads the environment; a run that prints text must never touch it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/tui/' },
      to: { path: '(^|/)node_modules/(ink|react|@inkjs)(/|$)' },
    },
    {
      name: 'arguments-only-in-cli',
      comment: 'Options are parsed once; everything else receives plain values.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '(^|/)node_modules/commander(/|$)' },
    },
    {
      name: 'no-outside-world-in-stages',
      comment: 'Same input, same bytes out: a stage that reads a file, the clock or another process cannot promise that. (The one exception loads the parser.)',
      severity: 'error',
      from: { path: leftOfReview, pathNot: '^src/parse/c/engine\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|path|url|buffer|util|string_decoder|zlib)(/|$)' },
    },
    {
      name: 'files-and-processes-in-host',
      comment: "One place touches files and processes, so that one place decides that the user's work tree is never written.",
      severity: 'error',
      from: { path: '^src/(tui/|review\\.ts|scan\\.ts)' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|child_process|net|http|https|worker_threads)(/|$)' },
    },
    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one module in two files. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dev-packages',
      comment: 'What a user runs may not need what only a developer has.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails only when it is reached.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
