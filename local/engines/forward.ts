import { Agent, request } from 'node:http';
import type { Engine } from './guard.ts';
import { OWN_KEY } from './start-credentials.ts';

/** Headers about one connection only (RFC 9110, section 7.6.1), and the name of the address that was asked. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host']);

/** Hands requests on to the engine at this address, and its answers back. A lost engine costs the connection. */
export function forwardTo(endpoint: string): Engine {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  return (incoming, answer, body) => {
    const { method, url: path } = incoming;
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !OF_THE_CONNECTION.has(name)),
    );
    const authorization = asOwn(incoming.headers.authorization);
    const asked = { ...headers, ...(authorization === '' ? {} : { authorization }) };
    const upstream = request({ hostname, port, agent, method, path, headers: asked }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
      reply.once('error', () => answer.destroy());
    });
    upstream.once('error', () => answer.destroy());
    answer.once('close', () => {
      if (!answer.writableFinished) upstream.destroy();
    });
    upstream.end(body);
  };
}

/** Whoever calls, the engine sees one caller: DynamoDB Local keeps a database for each access key id. */
export function asOwn(authorization = ''): string {
  return authorization.replace(/Credential=[^/]+\//, `Credential=${OWN_KEY}/`);
}
