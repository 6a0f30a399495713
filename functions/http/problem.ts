import { PROBLEMS, type ProblemCode } from '../domain/problem/catalogue.ts';

/** A field of a request that is not valid. `pointer`: JSON Pointer (RFC 6901). */
export type InvalidField = { readonly pointer: string; readonly message: string };

/** A refusal with a stable code; becomes an `application/problem+json` reply (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | null;
  readonly errors: readonly InvalidField[] | null;
  /** Additional members of the reply, such as counts. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Methods that the path supports; for the Allow header of a 405 (RFC 9110, section 15.5.6). */
  readonly allow: readonly string[] | null;
  /** Time after which the caller should try again, ms; for the Retry-After header (RFC 9110, section 10.2.3). */
  readonly retryAfterMs: number | null;

  constructor(
    code: ProblemCode,
    more: {
      detail?: string;
      errors?: readonly InvalidField[];
      members?: Readonly<Record<string, unknown>>;
      allow?: readonly string[];
      retryAfterMs?: number;
    } = {},
  ) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.detail = more.detail ?? null;
    this.errors = more.errors ?? null;
    this.members = more.members ?? {};
    this.allow = more.allow ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

/** The JSON pointer of a path (RFC 6901). */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A reply in the form of the gateway's payload format 2.0. */
export type HttpReply = {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  /** `body` is bytes in base64. */
  isBase64Encoded?: true;
};

/** Headers of all replies: no caching, and browsers must not guess the content type. */
export const everyReply = (requestId: string): Record<string, string> => ({
  'x-request-id': requestId,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

/** The reply of a problem (RFC 9457). Its `type` is a URN, because there is no web page for it. */
export function problemReply(problem: Problem, requestId: string): HttpReply {
  const { status, title } = PROBLEMS[problem.code];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...everyReply(requestId),
      ...(problem.allow === null ? {} : { allow: problem.allow.join(', ') }),
      ...(problem.retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(problem.retryAfterMs / 1000)) }),
    },
    body: JSON.stringify({
      type: `urn:inbox-manager:problem:${problem.code}`,
      title,
      status,
      detail: problem.detail ?? title,
      code: problem.code,
      request_id: requestId,
      ...(problem.errors === null ? {} : { errors: problem.errors }),
      ...problem.members,
    }),
  };
}
