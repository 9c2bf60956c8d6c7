/** What the terminal UI and the commands use of a report. Schema and reading are apart: they load a validator. */
export type { Report, ReportFinding, ReportFunction, ReportPatch, SourceText } from './report.js';
export { type BracketCell, type BracketRow, bracketRows, laneOf, SIGNS } from './brackets.js';
export { type ContractRow, contractRows } from './contract.js';
export { exitCode, FAIL_ON, type FailOn, nipaCode, nothingRead } from './exit-code.js';
export { renderJson, renderNdjson } from './json.js';
export { renderHtml } from './html/page.js';
export { renderB4 } from './b4.js';
export { renderDot, renderMermaid } from './graph-text.js';
export { edgeWords, type GraphEdge, lockGraphOf, orderTree } from './lock-graph.js';
export { type MailDraft, mailDraft, renderMail } from './mail.js';
export { renderSarif } from './sarif.js';
export { displayWidth, fit, padEnd, padStart, plural, truncate, truncateMiddle, wrap, wrapSome } from './layout.js';
export { printable } from './printable.js';
export { type Piece, sourcePieces } from './pieces.js';
export { type SourceLine, sourceLines } from './source-diff.js';
export { story } from './story.js';
export { renderTerse, terseLine } from './terse.js';
export { renderText, type TextOptions } from './text.js';
export { actorName, cellsAfter, traceTable, type TraceLine } from './trace.js';
export {
  baseWords,
  certaintyWords,
  changeWords,
  functionOf,
  gapMember,
  type GapGroup,
  groupGaps,
  hiddenFindings,
  inPart,
  isScan,
  isSemantic,
  messageWithFunction,
  partsOf,
  severityWords,
  shownFindings,
  sizeWords,
  someOf,
  statusWords,
  summaryLine,
  verdictWords,
} from './words.js';
