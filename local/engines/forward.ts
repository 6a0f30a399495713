import { Agent, request } from 'node:http';
import type { Engine } from './guard.ts';
import { OWN_KEY } from './start-credentials.ts';

/** Headers for one connection only (RFC 9110, section 7.6.1), and the host name of the request. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host']);

/**
 * Forwards requests to the engine at this address, and returns its replies. If the engine is lost, the connection is
 * closed.
 */
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

/** The engine sees the same caller in all requests, because DynamoDB Local keeps a database per access key id. */
export function asOwn(authorization = ''): string {
  return authorization.replace(/Credential=[^/]+\//, `Credential=${OWN_KEY}/`);
}
