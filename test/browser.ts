import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const PROGRAM = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);

/** Debian's headless browser is at hand. */
export const browserFound = PROGRAM !== undefined;

export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly mobile?: boolean;
  readonly scripts?: boolean;
}

/** One tab of a headless browser, spoken to over its debugging pipe. */
export interface Page {
  readonly open: (url: string, viewport: Viewport) => Promise<void>;
  /** The value of an expression in the page; a promise is awaited. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly press: (key: string) => Promise<void>;
  /** A part of the page from `top` on, in CSS pixels. */
  readonly screenshot: (top: number, width: number, height: number) => Promise<Buffer>;
  readonly pdf: () => Promise<Buffer>;
  /** URLs asked for since the page was opened, the page itself included. */
  readonly requests: () => readonly string[];
  readonly close: () => Promise<void>;
}

export async function openBrowser(): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'rmap-review-browser-'));
  const args = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--hide-scrollbars',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const child: ChildProcess = spawn(PROGRAM ?? 'chromium', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const call = connect(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const asked: string[] = [];
  const targets = await call<{ targetInfos: readonly { type: string; targetId: string }[] }>('Target.getTargets', {});
  const targetId = targets.targetInfos.find((t) => t.type === 'page')?.targetId ?? '';
  const { sessionId } = await call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const tab = <T>(method: string, params: object = {}): Promise<T> => call<T>(method, params, sessionId);
  call.on('Network.requestWillBeSent', (params) => {
    asked.push((params as { request: { url: string } }).request.url);
  });
  await Promise.all([tab('Page.enable'), tab('Network.enable'), tab('Runtime.enable')]);
  return {
    open: async (url, viewport) => {
      asked.length = 0;
      await tab('Emulation.setDeviceMetricsOverride', {
        width: viewport.width,
        height: viewport.height,
        deviceScaleFactor: 1,
        mobile: viewport.mobile === true,
      });
      await tab('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: viewport.dark === true ? 'dark' : 'light' }] });
      await tab('Emulation.setScriptExecutionDisabled', { value: viewport.scripts === false });
      const loaded = call.once('Page.loadEventFired');
      await tab('Page.navigate', { url: 'about:blank' });
      await loaded;
      const done = call.once('Page.loadEventFired');
      await tab('Page.navigate', { url });
      await done;
    },
    evaluate: async <T>(expression: string) => {
      const { result, exceptionDetails } = await tab<{ result: { value: T }; exceptionDetails?: { exception?: { description?: string } } }>(
        'Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true },
      );
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? 'the page threw');
      return result.value;
    },
    press: async (key) => {
      await tab('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key });
      await tab('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });
    },
    screenshot: async (top, width, height) =>
      Buffer.from(
        (await tab<{ data: string }>('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip: { x: 0, y: top, width, height, scale: 1 } }))
          .data,
        'base64',
      ),
    pdf: async () => Buffer.from((await tab<{ data: string }>('Page.printToPDF', {})).data, 'base64'),
    requests: () => [...asked],
    close: async () => {
      const ended = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      await call('Browser.close', {}).catch(() => undefined);
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Connection {
  <T>(method: string, params: object, sessionId?: string): Promise<T>;
  on: (event: string, handler: (params: unknown) => void) => void;
  once: (event: string) => Promise<void>;
}

/** The debugging protocol: JSON messages with a NUL after each. */
function connect(to: Writable, from: Readable): Connection {
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  const handlers = new Map<string, ((params: unknown) => void)[]>();
  let next = 0;
  let rest = '';
  from.setEncoding('utf8');
  from.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part) as { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } };
      if (message.id === undefined) {
        for (const handler of handlers.get(message.method ?? '') ?? []) handler(message.params);
        continue;
      }
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) call?.resolve(message.result);
      else call?.reject(new Error(message.error.message));
    }
  });
  const on: Connection['on'] = (event, handler) => {
    handlers.set(event, [...(handlers.get(event) ?? []), handler]);
  };
  const send = <T>(method: string, params: object, sessionId?: string): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      next += 1;
      waiting.set(next, { resolve: resolve as (value: unknown) => void, reject });
      to.write(`${JSON.stringify({ id: next, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });
  return Object.assign(send, {
    on,
    once: (event: string) =>
      new Promise<void>((resolve) => {
        on(event, () => {
          resolve();
        });
      }),
  });
}
