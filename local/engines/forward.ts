import { Agent, type RequestListener, request } from 'node:http';

/** Headers about one connection only (RFC 9110, section 7.6.1), and the name of the address that was asked. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'host']);

/** Hands requests on to the engine at this address, and its answers back. A lost engine costs the connection. */
export function forwardTo(endpoint: string): RequestListener {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  return (incoming, answer) => {
    const { method, url: path } = incoming;
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !OF_THE_CONNECTION.has(name)),
    );
    const upstream = request({ hostname, port, agent, method, path, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
      reply.once('error', () => answer.destroy());
    });
    upstream.once('error', () => answer.destroy());
    answer.once('close', () => {
      if (!answer.writableFinished) upstream.destroy();
    });
    incoming.pipe(upstream);
  };
}
