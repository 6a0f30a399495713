/** The end of inboxctl when another program or the user stops it, and the requests to the port of a sign-in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../../local/http/listen.ts';

const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

type Run = { readonly child: ChildProcess; output(): string; until(pattern: RegExp): Promise<string> };
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const { url, stop } = await listenOnLoopback(server, 0);
  undo.push(() => {
    server.closeAllConnections();
    return stop();
  });
  return url;
}

function start(url: string, ...args: string[]): Run {
  const env = {
    PATH: process.env.PATH,
    XDG_CONFIG_HOME: mkdtempSync(join(tmpdir(), 'inboxctl-signals-')),
    INBOXCTL_API: url,
    INBOXCTL_TOKEN: 'x',
    INBOXCTL_ACCOUNT: 'acc_a',
  };
  const child = spawn(process.execPath, [MAIN, ...args], { env });
  undo.push(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      output += part;
    });
  return {
    child,
    output: () => output,
    async until(pattern) {
      await expect.poll(() => output).toMatch(pattern);
      return pattern.exec(output)?.[0] ?? '';
    },
  };
}

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a command with %i', async (signal, code) => {
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await serve(() => asked());
    const { child } = start(url, 'jobs', 'list');
    await isAsked;
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([code, null]);
  });

  it('keeps the deleted jobs on stdout', async () => {
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await serve((request, response) => {
      if (request.url?.includes('job_slow')) asked();
      else response.writeHead(204).end();
    });
    const { child, output } = start(url, 'jobs', 'delete', 'job_a', 'job_slow', '--yes');
    await isAsked;
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(output()).toContain('job_a');
  });
});

it('a request for // at the port of a sign-in is refused, and the sign-in continues', async () => {
  const url = await serve((request, response) => {
    const base = `http://${request.headers.host}`;
    const isAuth = request.url === '/api/auth';
    const endpoints = { token_endpoint: `${base}/token`, authorization_endpoint: `${base}/authorize` };
    response.end(JSON.stringify(isAuth ? { data: { issuer: base } } : { issuer: base, ...endpoints }));
  });
  const { child, until } = start(url, 'login', '--no-browser');
  const address = new URL(await until(/^http\S+\/authorize\S+$/m));
  const { port } = new URL(address.searchParams.get('redirect_uri') ?? '');
  for (const target of ['//', 'http://', '/callback']) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(`GET ${target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
    const [reply] = await once(socket, 'data');
    expect(String(reply), target).toMatch(/^HTTP\/1\.1 40[04] /);
  }
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([143, null]);
});
