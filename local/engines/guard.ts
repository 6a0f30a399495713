/**
 * The guard in front of each engine. A web page in the developer's browser can send requests to any port of this
 * machine, and its host name can resolve to this machine (DNS rebinding). So a request must not come from a page, must
 * name the guard's own address, and must carry the session token of a caller of this start. The SDKs send the token
 * with every request. Requests of a function must also be allowed by its role.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Denial, Gate } from '../gate/gate.ts';
import type { NeedsOf } from '../gate/needs.ts';
import { readBody } from '../http/body.ts';
import { ACCOUNT } from '../template/assembly.ts';

/** Answers a request that guard and gate have allowed; its body has been read. */
export type Engine = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** More than the maximum request of DynamoDB (AWS limit: 16 MB). */
const MAX_BYTES = 20 * 1024 * 1024;

/** A server that passes allowed requests to `engine` and refuses all others. */
export function guardedServer(gate: Gate, needsOf: NeedsOf, engine: Engine): Server {
  return createServer(async (request, response) => {
    const caller = isFromPage(request) || !namesOurAddress(request) ? null : callerOf(gate, request);
    // No CORS header lets a page read this. The connection is closed, because the body has not been read.
    if (caller === null)
      return refuse(response, 403, 'AccessDeniedException', 'Not a request of this start of the stack.', true);
    const body = await readBody(request, MAX_BYTES).catch(() => null);
    if (body === null) return refuse(response, 413, 'RequestEntityTooLarge', 'Request Entity Too Large', true);
    const denial = caller.denial(needsOf, operationOf(request), body.toString());
    if (denial !== null) return refuse(response, 400, 'AccessDeniedException', messageOf(denial));
    engine(request, response, body);
  });
}

/** The operation of a request in one of AWS's JSON protocols. */
export function operationOf({ headers }: IncomingMessage): string {
  return (
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}

function refuse(response: ServerResponse, status: number, type: string, message: string, close = false): void {
  response
    .writeHead(status, {
      'content-type': 'application/x-amz-json-1.0',
      'x-content-type-options': 'nosniff',
      ...(close ? { connection: 'close' } : {}),
    })
    .end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }));
}

/** The message as AWS writes it. */
function messageOf({ function: name, action, resource }: Denial): string {
  const user = `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${name}`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}

/** Browsers add these headers, and pages cannot remove them (Fetch standard, Fetch Metadata). SDKs send none. */
function isFromPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

function namesOurAddress({ headers, socket }: IncomingMessage): boolean {
  return headers.host === `${socket.localAddress}:${socket.localPort}`;
}

/** The caller, by the access key id in the signature (SigV4, `Credential=<id>/<scope>`) and the token. */
function callerOf(gate: Gate, { headers }: IncomingMessage) {
  const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? gate.credentials.accessKeyId;
  return gate.callerOf(accessKeyId, String(headers['x-amz-security-token'] ?? ''));
}
