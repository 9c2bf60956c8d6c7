import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface Sink {
  readonly port: number;
  readonly mails: Received[];
  readonly close: () => Promise<void>;
}

/** A mail server on loopback that keeps what it is given. `refuse` answers 550 to what it returns true for. */
export async function smtpSink(refuse: (raw: string) => boolean = () => false): Promise<Sink> {
  const mails: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
      });
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n');
        if (refuse(raw)) return void done(Object.assign(new Error('not wanted'), { responseCode: 550 }));
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((r) => r.address), raw });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
