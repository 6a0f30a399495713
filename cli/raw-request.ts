/** One request by method and path, for `inboxctl api` and for routes that may be missing in the service. */
import * as z from 'zod';
import { ApiProblem, type ProblemBody, UnexpectedReply } from '../client/index.ts';
import { Unreachable, UsageError } from './errors.ts';

export type RawReply = { readonly status: number; readonly body: unknown; readonly text: string };

type RawRequest = {
  readonly api: string;
  readonly token: (refused: string | null) => Promise<string>;
  readonly method: string;
  /** Below the API's address, with or without `/api`. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
};

const problem = z.object({ code: z.string(), detail: z.string(), status: z.number() });

/**
 * Throws ApiProblem or UnexpectedReply for a refusal, Unreachable without a reply, UsageError for a path outside the
 * API.
 */
export async function rawRequest({ api, token, method, path, body, signal }: RawRequest): Promise<RawReply> {
  const address = addressOf(api, path);
  const headers = new Headers({ accept: 'application/json' });
  if (method === 'POST') headers.set('idempotency-key', globalThis.crypto.randomUUID());
  if (body !== undefined) headers.set('content-type', 'application/json');
  const send = async (bearer: string): Promise<{ reply: Response; text: string }> => {
    headers.set('authorization', `Bearer ${bearer}`);
    const content = body === undefined ? null : JSON.stringify(body);
    try {
      const reply = await fetch(address, { method, headers, signal, redirect: 'error', body: content });
      return { reply, text: await reply.text() };
    } catch {
      signal.throwIfAborted();
      throw new Unreachable(`No whole reply came from ${address}`);
    }
  };
  const bearer = await token(null);
  const first = await send(bearer);
  const { reply, text } = first.reply.status === 401 ? await send(await token(bearer)) : first;
  const parsed = parsedOf(text);
  if (reply.ok) return { status: reply.status, body: parsed, text };
  if (isProblem(parsed)) throw new ApiProblem(parsed, reply.status, reply.headers.get('x-request-id'));
  throw new UnexpectedReply(reply.status, 'the body is not a problem document of the API');
}

function isProblem(body: unknown): body is ProblemBody {
  return problem.safeParse(body).success;
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The whole address. A path cannot lead to another host, which would get the token. */
function addressOf(api: string, path: string): string {
  const below = path.replace(/^\/+/, '').replace(/^api\//, '');
  const url = new URL(`${api}/api/${below}`);
  if (url.origin !== new URL(api).origin || !url.href.startsWith(`${api}/api/`))
    throw new UsageError(`${path} is no path of the API.`);
  return url.href;
}
