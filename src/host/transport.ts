import { spawn } from 'node:child_process';

export type TransportConfig =
  | {
      readonly kind: 'smtp';
      readonly host: string;
      readonly port: number;
      readonly secure: boolean;
      readonly user: string | null;
      readonly password: string | null;
    }
  | { readonly kind: 'sendmail'; readonly command: string };

/** `refused`: the mail was surely not taken. `unknown`: it may or may not have been. */
export type SendResult = { readonly state: 'sent' } | { readonly state: 'refused' | 'unknown'; readonly why: string };

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** Hands one finished mail on; never rejects, never tries twice. */
export async function sendMail(config: TransportConfig, envelope: Envelope, raw: string): Promise<SendResult> {
  return config.kind === 'smtp' ? viaSmtp(config, envelope, raw) : viaSendmail(config.command, envelope, raw);
}

async function viaSmtp(config: Extract<TransportConfig, { kind: 'smtp' }>, envelope: Envelope, raw: string): Promise<SendResult> {
  const { createTransport } = await import('nodemailer');
  const auth = config.user === null ? {} : { auth: { user: config.user, pass: config.password ?? '' } };
  const transport = createTransport({
    host: config.host,
    port: config.port,
    secure: config.secure,
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    socketTimeout: 60_000,
    ...auth,
  });
  try {
    const info = await transport.sendMail({ envelope: { from: envelope.from, to: [...envelope.to] }, raw: raw.replace(/\r?\n/g, '\r\n') });
    const refused = (info.rejected ?? []).length;
    return refused > 0 ? { state: 'unknown', why: `the server refused ${refused} of ${envelope.to.length} recipients` } : { state: 'sent' };
  } catch (error) {
    const { code, responseCode, syscall, message } = error as { code?: string; responseCode?: number; syscall?: string; message: string };
    // A line that breaks is called the same before the text and after it; only one that was never there is beyond doubt.
    const sure = syscall === 'connect' || code === 'EDNS' || code === 'EAUTH' || code === 'EENVELOPE' || (responseCode ?? 0) >= 400;
    return { state: sure ? 'refused' : 'unknown', why: message };
  } finally {
    transport.close();
  }
}

function viaSendmail(command: string, envelope: Envelope, raw: string): Promise<SendResult> {
  return new Promise((resolve) => {
    const child = spawn(command, ['-i', '-f', envelope.from, '--', ...envelope.to], { stdio: ['pipe', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (err.length < 2000) err += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => resolve({ state: 'refused', why: error.message }));
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ state: 'sent' });
      else resolve({ state: code === null ? 'unknown' : 'refused', why: err.trim().split('\n')[0] || (signal ?? `${command} ended with ${code}`) });
    });
    child.stdin.end(raw);
  });
}
