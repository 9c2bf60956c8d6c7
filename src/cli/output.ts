import { writeFileSync } from 'node:fs';
import {
  type Report,
  renderB4,
  renderDot,
  renderHtml,
  renderJson,
  renderMail,
  renderMermaid,
  renderNdjson,
  renderSarif,
  renderTerse,
  renderText,
} from '../report/index.js';
import { Failure } from './failure.js';

export const FORMATS = ['text', 'json', 'ndjson', 'terse', 'html', 'sarif', 'mail', 'b4', 'dot', 'mermaid'] as const;
export type Format = (typeof FORMATS)[number];

export interface OutputOptions {
  readonly format: Format;
  /** A file, or null for standard output. */
  readonly output: string | null;
  readonly all: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

export function parseFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text);
  if (format !== undefined) return format;
  throw new Failure(2, `format "${text}" is not known`, `supported: ${FORMATS.join(', ')}`);
}

/** The only place that writes a report. Failing to write a file is the user's to know; a closed pipe is not an error. */
export async function writeReport(report: Report, options: OutputOptions): Promise<void> {
  const text = render(report, options);
  if (options.output !== null && options.output !== '-') {
    try {
      writeFileSync(options.output, text);
    } catch (error) {
      throw new Failure(2, `cannot write ${options.output}: ${error instanceof Error ? error.message : 'unknown reason'}`);
    }
    return;
  }
  await print(text);
}

/** Waits until the text has left the process: what is still buffered at `process.exit()` is lost. */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.write(text, () => {
      resolve();
    });
  });
}

function render(report: Report, options: OutputOptions): string {
  switch (options.format) {
    case 'text':
      return renderText(report, { width: 78, all: options.all, verbose: options.verbose, color: options.color && options.output === null });
    case 'json':
      return renderJson(report);
    case 'ndjson':
      return renderNdjson(report);
    case 'terse':
      return renderTerse(report, { all: options.all, verbose: options.verbose });
    case 'html':
      return renderHtml(report, { all: options.all });
    case 'sarif':
      return renderSarif(report, { all: options.all });
    case 'mail':
      return renderMail(report);
    case 'b4':
      return renderB4(report);
    case 'dot':
      return renderDot(report);
    case 'mermaid':
      return renderMermaid(report);
  }
}
