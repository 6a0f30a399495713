/**
 * One client connection. It reads commands and answers them one at a time, in order: the greeting, commands in clear,
 * then perhaps STARTTLS and commands over TLS, until LOGOUT, BYE or a cut.
 *
 * While a reply is being written the socket is not read, so a client that does not read its replies cannot fill our
 * memory. Data that a client sends in clear after STARTTLS is discarded with the old reader.
 */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { parseCommandLine, readable } from './command-line.ts';
import { authenticate, type Dialogue } from './commands/login.ts';
import { commands } from './commands/table.ts';
import { bytesOf } from './encode.ts';
import { createCommandReader, type Piece } from './reader.ts';
import { Refusal } from './refusal.ts';
import type { Command, ScriptedReply } from './script.ts';
import { news, type Reply, type Session } from './session.ts';
import { tokenize } from './tokens.ts';

export type ConnectionHost = {
  /** `{capabilities}` is replaced. */
  readonly greeting: string;
  readonly session: Pick<Session, 'accounts' | 'uidValidityAfter'>;
  readonly capabilities: (secure: boolean) => readonly string[];
  /** Present where STARTTLS is offered. */
  readonly upgrade: SecureContext | null;
  /** Records the command and returns how to answer it. */
  readonly received: (command: Omit<Command, 'count' | 'session'>) => ScriptedReply | Promise<ScriptedReply>;
};

/** How a reply is changed: only this many lines of it, then the cut; or each line replaced by others. */
type Delivery = { readonly limit?: number; readonly edit?: (line: string) => readonly string[] };

/** How long a client may take to close its side after a BYE, ms. */
const lingering = 1000;

export function serveConnection(socket: Socket, host: ConnectionHost): void {
  let stream = socket;
  let reader = createCommandReader();
  let secure = socket instanceof TLSSocket;
  let working = false;
  /** An AUTHENTICATE that waits for the client's next line. */
  let dialogue: { readonly tag: string; readonly next: (answer: string) => Dialogue } | null = null;
  const session: Session = {
    ...host.session,
    capabilities: () => host.capabilities(secure),
    account: null,
    selected: null,
    enabled: new Set(),
    tag: '',
  };

  const send = (line: string): Promise<void> => write(Buffer.from(`${line}\r\n`, 'latin1'));

  const write = async (bytes: Buffer): Promise<void> => {
    if (stream.destroyed || stream.write(bytes)) return;
    const taken = new AbortController();
    const settled = [once(stream, 'drain', taken), once(stream, 'close', taken)];
    await Promise.race(settled).catch(() => undefined);
    taken.abort();
    await Promise.allSettled(settled);
  };

  const finish = (): void => {
    const ending = stream;
    ending.end();
    setTimeout(() => ending.destroy(), lingering).unref();
  };

  const answer = async (reply: Reply, mayExpunge: boolean, { limit, edit }: Delivery = {}): Promise<void> => {
    const lines = function* (): Generator<string> {
      yield* reply.untagged ?? [];
      yield* news(session, reply, mayExpunge);
      yield reply.status.startsWith('BYE') ? `* ${reply.status}` : `${session.tag} ${reply.status}`;
    };
    let sent = 0;
    let ends = reply.status.startsWith('BYE');
    for (const line of lines()) {
      if (stream.destroyed || sent === limit) break;
      sent += 1;
      for (const each of edit?.(line) ?? [line]) {
        ends ||= edit !== undefined && each.startsWith('* BYE');
        await send(each);
      }
    }
    if (limit !== undefined) stream.destroySoon();
    else if (ends) finish();
  };

  const startTls = async (context: SecureContext): Promise<void> => {
    await send(`${session.tag} OK Begin TLS negotiation now`);
    reader = createCommandReader();
    stream.removeListener('data', receive);
    stream = new TLSSocket(stream, { isServer: true, secureContext: context });
    secure = true;
    listen();
  };

  const converse = async (step: () => Dialogue, delivery?: Delivery): Promise<void> => {
    const { tag } = session;
    const reached = guarded<Dialogue>(step, (status) => ({ kind: 'over', reply: { status } }));
    if (reached.kind === 'over') return answer(reached.reply, true, delivery);
    dialogue = { tag, next: reached.next };
    return send(reached.line);
  };

  const perform = async (name: string, rest: readonly Piece[], delivery?: Delivery): Promise<void> => {
    if (name === 'STARTTLS' && host.upgrade !== null && !secure) return startTls(host.upgrade);
    if (name === 'AUTHENTICATE') return converse(() => authenticate(session, tokenize(rest)), delivery);
    const entry = commands.get(name);
    const known = entry !== undefined && (entry.needs === undefined || session.capabilities().includes(entry.needs));
    const run = (): Reply => (known ? entry.run(session, tokenize(rest)) : { status: 'BAD Unknown command' });
    await answer(
      guarded<Reply>(run, (status) => ({ status })),
      entry?.holdsExpunge !== true,
      delivery,
    );
    if (name === 'LOGOUT') finish();
  };

  const command = async (pieces: readonly Piece[]): Promise<void> => {
    if (dialogue !== null) {
      const { tag, next } = dialogue;
      dialogue = null;
      session.tag = tag;
      return converse(() => next(readable(pieces, 'utf8')));
    }
    const parsed = parseCommandLine(pieces);
    if (parsed === null) return send('* BAD Not a command');
    const { tag, name, rest } = parsed;
    session.tag = tag;
    const secret = name === 'LOGIN' || name === 'AUTHENTICATE';
    const scripted = await host.received({
      tag,
      name,
      args: secret ? '' : readable(rest, 'utf8'),
      octets: secret ? '' : readable(rest, 'latin1'),
    });
    if (scripted.kind === 'normal') return perform(name, rest);
    if (scripted.kind === 'edited') return perform(name, rest, { edit: scripted.edit });
    if (scripted.kind === 'silence') return;
    if (scripted.kind === 'stream') {
      for await (const chunk of scripted.chunks) {
        if (stream.destroyed) return;
        await write(typeof chunk === 'string' ? Buffer.from(chunk.replaceAll('{tag}', tag)) : chunk);
      }
      return;
    }
    if (scripted.kind === 'drop') {
      if (scripted.afterLines !== undefined) return perform(name, rest, { limit: scripted.afterLines });
      stream.destroy();
      return;
    }
    for (const line of scripted.lines)
      await send(typeof line === 'string' ? bytesOf(line.replaceAll('{tag}', tag)) : line.toString('latin1'));
    if (scripted.lines.some((line) => line.toString().startsWith('* BYE'))) finish();
  };

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    stream.pause();
    while (!stream.writableEnded && !stream.destroyed) {
      const read = reader.next();
      if (read.kind === 'more') break;
      if (read.kind === 'command') await command(read.pieces);
      else if (read.kind === 'continue') await send('+ Ready');
      else {
        await send(`* BYE The ${read.what} is too long`);
        finish();
      }
    }
    working = false;
    stream.resume();
  };

  const receive = (chunk: Buffer): void => {
    if (stream.writableEnded) return;
    reader.push(chunk);
    work().catch(() => stream.destroy());
  };

  const listen = (): void => {
    const current = stream;
    current.on('error', () => current.destroy());
    current.on('data', receive);
  };

  listen();
  void send(bytesOf(host.greeting.replaceAll('{capabilities}', session.capabilities().join(' '))));
  if (host.greeting.startsWith('* BYE')) finish();
}

/** A Refusal becomes its status. Any other error is a defect of this server and is shown as such. */
function guarded<T>(step: () => T, failed: (status: string) => T): T {
  try {
    return step();
  } catch (error) {
    return failed(error instanceof Refusal ? error.status : 'NO [SERVERBUG] Internal error');
  }
}
