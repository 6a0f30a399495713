import type { Schemas } from './types.ts';

/** The body of a refusal (RFC 9457). */
export type ProblemBody = Schemas['Problem'];

/** The stable codes of refusals. */
export type ProblemCode = ProblemBody['code'];

/** The API refused a request. Decide by `code`: codes are stable, the words may change. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** If the service is newer than this client, the code may be one that the type does not contain. */
  readonly code: ProblemCode;
  readonly status: number;
  /** The whole body of the refusal: `errors`, `limit`, `allowed_commands` and so on. */
  readonly problem: ProblemBody;
  readonly requestId: string | null;

  constructor(problem: ProblemBody, status: number, requestId: string | null) {
    super(problem.detail ?? problem.title);
    this.code = problem.code;
    this.status = status;
    this.problem = problem;
    this.requestId = requestId;
  }
}

/** The reply did not come from the API: a gateway or a proxy answered, or the address is wrong. */
export class UnexpectedReply extends Error {
  override readonly name = 'UnexpectedReply';
  readonly status: number;

  constructor(status: number, what: string) {
    super(`unexpected reply with status ${status}: ${what}`);
    this.status = status;
  }
}

/** Nothing has changed since the reply that `ifNoneMatch` names. */
export class NotModified extends Error {
  override readonly name = 'NotModified';
}

/** No try got a reply: the connection failed or was lost each time. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The work had not ended when the time for the wait was over. It continues. */
export class WaitTimedOut extends Error {
  override readonly name = 'WaitTimedOut';
}
