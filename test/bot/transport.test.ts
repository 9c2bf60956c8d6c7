import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/bot/config.js';
import { sendMail, type TransportConfig } from '../../src/host/transport.js';

const dir = mkdtempSync(join(tmpdir(), 'rmap-review-transport-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});
const envelope = { from: 'bot@tools.example', to: ['author@people.example', 'list@lists.example'] };
const MAIL = 'From: bot@tools.example\nSubject: x\n\nä\n.\n..two dots\nFrom here\n';

/** Sends one mail to a server of these manners, and gives the answer and what the server kept. */
async function through(
  options: SMTPServerOptions,
  change: Partial<Extract<TransportConfig, { kind: 'smtp' }>> = {},
): Promise<{ readonly result: Awaited<ReturnType<typeof sendMail>>; readonly kept: readonly string[] }> {
  const kept: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: true,
    logger: false,
    onData: (stream, _session, done) => {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('utf8');
      });
      stream.on('end', () => {
        kept.push(raw);
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  const result = await sendMail({ kind: 'smtp', host: '127.0.0.1', port, secure: false, user: null, password: null, ...change }, envelope, MAIL);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  return { result, kept };
}

const login: SMTPServerOptions = {
  authOptional: false,
  onAuth: (auth, _session, done) => {
    if (auth.username === 'bot' && auth.password === 'se cret') done(null, { user: 'bot' });
    else done(new Error('no'));
  },
};

describe('SMTP', () => {
  it('hands a mail on byte for byte, dots and all', async () => {
    const { result, kept } = await through({});
    expect(result).toEqual({ state: 'sent' });
    expect(kept.map((raw) => raw.replaceAll('\r\n', '\n'))).toEqual([MAIL]);
  });

  it('logs in with the password of a file', async () => {
    writeFileSync(join(dir, 'password'), 'se cret\n', { mode: 0o600 });
    const config = join(dir, 'bot.json');
    writeFileSync(
      config,
      JSON.stringify({
        state: 's',
        moderation: 'd',
        trees: {},
        identity: { name: 'b', address: 'bot@tools.example', contact: 'human@tools.example' },
        lists: [{ name: 'mm', address: 'mm@lists.example', source: { maildir: 'm' } }],
        transport: { smtp: { host: '127.0.0.1', port: 25, user: 'bot', passwordFile: 'password' } },
      }),
    );
    const read = await loadConfig(config);
    if ('errors' in read || read.config.transport?.kind !== 'smtp') throw new Error(JSON.stringify(read));
    const { user, password } = read.config.transport;
    const { result, kept } = await through(login, { user, password });
    expect([result.state, kept.length]).toEqual(['sent', 1]);
    rmSync(join(dir, 'password'));
    expect(await loadConfig(config)).toMatchObject({ errors: [expect.stringContaining('passwordFile: ')] });
  });

  it.each<[string, SMTPServerOptions, Partial<Extract<TransportConfig, { kind: 'smtp' }>>, 'refused' | 'unknown']>([
    ['a wrong password', login, { user: 'bot', password: 'wrong' }, 'refused'],
    ['a login that is missing', login, {}, 'refused'],
    [
      'a sender who is not wanted',
      {
        onMailFrom: (_a, _s, done) => {
          done(Object.assign(new Error('no'), { responseCode: 550 }));
        },
      },
      {},
      'refused',
    ],
    [
      'a full disk after the text',
      {
        onData: (stream, _s, done) => {
          stream.resume();
          stream.on('end', () => {
            done(Object.assign(new Error('full'), { responseCode: 452 }));
          });
        },
      },
      {},
      'refused',
    ],
    [
      'one recipient of two',
      {
        onRcptTo: (a, _s, done) => {
          done(a.address.startsWith('list') ? Object.assign(new Error('no'), { responseCode: 550 }) : null);
        },
      },
      {},
      'unknown',
    ],
    ['a certificate that nobody signed', { secure: true }, { secure: true }, 'unknown'],
  ])('says of %s whether the mail may have gone', async (_, options, change, state) => {
    const { result } = await through(options, change);
    expect(result).toMatchObject({ state, why: expect.stringMatching(/\w/) as string });
  });

  it('and of a line that breaks when the text is through, without an answer', async () => {
    const server = createServer((socket) => {
      let text = false;
      socket
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => {
          if (text && chunk.toString().includes('\r\n.\r\n')) socket.destroy();
          else if (!text) {
            text = /^DATA/im.test(chunk.toString());
            socket.write(text ? '354 go on\r\n' : '250 yes\r\n');
          }
        });
      socket.write('220 hello\r\n');
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    expect(await sendMail({ kind: 'smtp', host: '127.0.0.1', port, secure: false, user: null, password: null }, envelope, MAIL)).toMatchObject({
      state: 'unknown',
    });
    server.close();
  });

  it('and of a server that is not there', async () => {
    expect(await sendMail({ kind: 'smtp', host: '127.0.0.1', port: 1, secure: false, user: null, password: null }, envelope, MAIL)).toMatchObject({
      state: 'refused',
    });
  });
});

describe('sendmail', () => {
  const program = (body: string): TransportConfig => {
    const path = join(dir, 'sendmail');
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return { kind: 'sendmail', command: path };
  };
  it('gets the mail on its standard input, and recipients that cannot be options', async () => {
    expect(await sendMail(program(`printf '%s\\n' "$@" > ${dir}/args; cat > ${dir}/mail`), envelope, MAIL)).toEqual({ state: 'sent' });
    expect(readFileSync(join(dir, 'args'), 'utf8')).toBe('-i\n-f\nbot@tools.example\n--\nauthor@people.example\nlist@lists.example\n');
    expect(readFileSync(join(dir, 'mail'), 'utf8')).toBe(MAIL);
  });
  it('is believed when it fails, doubted when it is killed', async () => {
    expect(await sendMail(program('echo "queue is full" >&2; exit 75'), envelope, MAIL)).toEqual({ state: 'refused', why: 'queue is full' });
    expect(await sendMail(program('kill -9 $$'), envelope, MAIL)).toMatchObject({ state: 'unknown' });
    expect(await sendMail({ kind: 'sendmail', command: join(dir, 'nowhere') }, envelope, MAIL)).toMatchObject({ state: 'refused' });
  });
});
