import { JOB_COMMANDS, type JobCommandName, type Refusal } from '../../domain/job/commands.ts';
import { JOB_STATUSES, type JobStatus } from '../../domain/job/job.ts';
import { MAX_CHANGES } from '../../domain/limits/changes.ts';
import { PROBLEMS, type ProblemCode } from '../../domain/problem/catalogue.ts';
import { isAtLeast } from '../../domain/role/role.ts';
import type { AnyContract } from '../../http/contract.ts';
import { isRead, type Route } from '../../http/routes.ts';
import { type Schema, schemaRef } from './schemas.ts';

/** The reason for each problem. */
const REASONS: Readonly<Record<ProblemCode, string>> = {
  invalid_token: 'the token has no account, no `uid` or no role, or one of them is not valid',
  account_forbidden: 'the token is not for the account of the path',
  role_forbidden:
    'the role is lower than `x-required-role`, or the work is dangerous and the role is not `owner`; see `detail`',
  body_too_large: 'the body has more than 256 KB',
  unsupported_media_type: 'there is a body and its type is not `application/json`',
  invalid_json: 'the body is not JSON in UTF-8',
  invalid_cursor: 'the cursor does not belong to this query',
  invalid_request: 'a field, parameter or header is not as documented, or its name is not known; see `errors`',
  idempotency_key_reused: 'the key was used before with another body',
  filter_required: 'no filter selects the jobs',
  not_found: 'the resource does not exist, or it belongs to another account',
  method_not_allowed: 'the path can only be read',
  version_conflict: 'the resource does not have the version in `If-Match`; only with that header',
  job_not_retryable: 'the job is neither failed nor retrying',
  job_not_cancellable: 'the job has succeeded, failed, or been resolved or cancelled',
  job_running: 'the job is running',
  job_already_succeeded: 'the job has succeeded',
  job_already_resolved: 'the job is resolved',
  job_not_resolved: 'the job is not resolved, so it cannot be reopened',
  job_not_pending: 'the job does not wait any more, so its time cannot be changed',
  too_many_changes: `it has been updated ${MAX_CHANGES} times, and each update is kept for good; create another one`,
  secret_required: 'the change may send the stored secret elsewhere or less safely',
  credential_altered:
    'the stored fields were changed directly in the database; a PATCH of host, port, security_mode, tls_ca_pem and secret together repairs it, unless its fields are null: then delete it',
  credential_in_use: 'unfinished jobs, schedules or webhook endpoints use the credential; the reply has the numbers',
  no_webhook_secret: 'requests of this provider are verified without a secret',
  webhook_test_impossible: 'only the provider can sign for this endpoint, or a value that a sample needs is missing',
  delivery_refused: 'the request could not be verified as one of the provider',
  delivery_malformed: 'the request does not have the form of this provider',
  try_again: 'the request could not be stored, or other writers kept changing the resource for 20 seconds',
  task_not_scheduled: 'the task has no schedule',
  bulk_not_running: 'the bulk operation has ended',
  quota_exceeded: 'the account has the maximum number of these resources; `limit` and `value` name the limit',
  rate_limited:
    'the account has reached the limit that `limit` and `value` name; `Retry-After` says when there is room',
  service_busy:
    'a table or a key is used more than AWS allows at this moment, or does not answer; the request may have been carried out; `Retry-After` says when to try again',
  internal_error: 'something failed on our side',
};

/** Whether the operation writes. Then it can meet conflicts, and an Idempotency-Key is honoured. */
export const writes = (route: Route): boolean => !isRead(route);

/** Every problem of the operation, once: first those of its kind, then its contract's own. */
export function problemCodes(contract: AnyContract, route: Route): readonly ProblemCode[] {
  const guarded = route.role !== null;
  const stores = writes(route) && contract.storesNothing !== true;
  const codes: readonly (ProblemCode | false)[] = [
    guarded && 'invalid_token',
    route.path.includes('{account_id}') && 'account_forbidden',
    guarded && !isAtLeast('viewer', route.role) && 'role_forbidden',
    takesBody(route) && 'body_too_large',
    takesBody(route) && 'unsupported_media_type',
    takesBody(route) && 'invalid_json',
    pages(contract) && 'invalid_cursor',
    'invalid_request',
    stores && route.method !== 'DELETE' && 'idempotency_key_reused',
    /\{(?!account_id)/.test(route.path) && 'not_found',
    stores && 'version_conflict',
    stores && 'try_again',
    guarded && 'rate_limited',
    ...contract.problems,
    guarded && 'service_busy',
    'internal_error',
  ];
  return [...new Set(codes.filter((code) => code !== false))];
}

/** A body is read for every operation, but the document describes none for GET. */
const takesBody = (route: Route): boolean => route.method !== 'GET';

const pages = (contract: AnyContract): boolean => contract.replies.some(({ list }) => list !== undefined);

/** The gateway's own replies, by status. */
const GATEWAY: Readonly<Record<number, { readonly message: string; readonly because: string }>> = {
  401: { message: 'Unauthorized', because: 'no token, or a token that is not valid here' },
  403: { message: 'Forbidden', because: 'the gateway refuses the request' },
  404: { message: 'Not Found', because: 'the route does not exist' },
  413: { message: 'Request Entity Too Large', because: 'the body has more than 10 MB' },
  429: { message: 'Too Many Requests', because: 'the rate limit is reached: try again later' },
  500: { message: 'Internal Server Error', because: 'the function did not answer properly' },
  503: { message: 'Service Unavailable', because: 'the function did not answer in time' },
};
/** Statuses that the gateway can send for every request. */
const ALWAYS = [429, 500, 503];

/** The refusals of an operation by status: the name and the body of each response. */
export function refusals(
  contract: AnyContract,
  route: Route,
): ReadonlyMap<number, { readonly name: string; readonly response: Schema }> {
  const codes = problemCodes(contract, route);
  const statuses = [...new Set([...codes.map((code) => PROBLEMS[code].status), ...ALWAYS])].sort((a, b) => a - b);
  return new Map(
    statuses.map((status) => {
      const ours = codes.filter((code) => PROBLEMS[code].status === status);
      return [status, { name: [status, ...ours].join('.'), response: refusal(status, ours) }];
    }),
  );
}

function refusal(status: number, codes: readonly ProblemCode[]): Schema {
  const gateway = GATEWAY[status];
  const lines = [
    ...codes.map((code) => `- \`${code}\`: ${REASONS[code]}`),
    ...(gateway === undefined ? [] : [`- from the gateway: ${gateway.because}`]),
  ];
  const requestId = gateway === undefined ? 'RequestId' : 'RequestIdOfOurs';
  return {
    description: lines.join('\n'),
    headers: {
      ...(codes.length === 0 ? {} : { 'x-request-id': { $ref: `#/components/headers/${requestId}` } }),
      ...((status === 429 && codes.length > 0) || codes.includes('service_busy')
        ? { 'retry-after': { $ref: '#/components/headers/RetryAfter' } }
        : {}),
      ...(status === 401 ? { 'www-authenticate': { $ref: '#/components/headers/WwwAuthenticate' } } : {}),
    },
    content: {
      ...(codes.length === 0 ? {} : { 'application/problem+json': problemContent(codes) }),
      ...(gateway === undefined
        ? {}
        : { 'application/json': { schema: schemaRef('GatewayRefusal'), example: { message: gateway.message } } }),
    },
  };
}

function problemContent(codes: readonly ProblemCode[]): Schema {
  return {
    schema: {
      allOf: [
        schemaRef('Problem'),
        { type: 'object', properties: { code: { type: 'string', enum: codes } }, required: ['code'] },
      ],
    },
    examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/problem.${code}` }])),
  };
}

type Members = Readonly<Record<string, unknown>>;

/** Examples of refused commands: the job's status and the commands that are allowed in it. */
const JOB_REFUSALS: Readonly<
  Record<
    Exclude<Refusal, 'too_many_changes'>,
    { readonly job_status: JobStatus; readonly allowed_commands: readonly JobCommandName[] }
  >
> = {
  job_not_retryable: { job_status: 'queued', allowed_commands: ['trigger', 'cancel', 'resolve', 'update', 'delete'] },
  job_not_cancellable: { job_status: 'failed', allowed_commands: ['retry', 'trigger', 'resolve', 'update', 'delete'] },
  job_running: { job_status: 'running', allowed_commands: ['cancel', 'resolve'] },
  job_already_succeeded: { job_status: 'succeeded', allowed_commands: ['trigger', 'update', 'delete'] },
  job_already_resolved: { job_status: 'resolved', allowed_commands: ['trigger', 'reopen', 'update', 'delete'] },
  job_not_resolved: { job_status: 'failed', allowed_commands: ['retry', 'trigger', 'resolve', 'update', 'delete'] },
  job_not_pending: { job_status: 'succeeded', allowed_commands: ['trigger', 'update', 'delete'] },
};

/** Additional members of problems, as examples by code. */
const MEMBERS: readonly Readonly<Partial<Record<ProblemCode, Members>>>[] = [
  {
    invalid_request: { errors: [{ pointer: '/limit', message: 'Too big: expected number to be <=100' }] },
    secret_required: { errors: [{ pointer: '/secret', message: 'must come with another host' }] },
  },
  JOB_REFUSALS,
  {
    rate_limited: { limit: 'readsPerMinute', value: 6000 },
    quota_exceeded: { limit: 'credentials', value: 20_000 },
    too_many_changes: { limit: 'changes', value: MAX_CHANGES },
  },
  { credential_in_use: { open_jobs: 3, scheduled_tasks: 1, webhook_endpoints: 0 } },
];

const membersOf = (group: (typeof MEMBERS)[number]): readonly string[] =>
  Object.keys(Object.assign({}, ...Object.values(group)));

/** A schema for each of the members: `true` accepts any value, `false` accepts none. */
const named = (members: readonly string[], schema: boolean): Schema =>
  Object.fromEntries(members.map((member) => [member, schema]));

/** `Problem` and `GatewayRefusal`. */
export const REFUSAL_SCHEMAS: Readonly<Record<string, Schema>> = {
  GatewayRefusal: {
    description: "The gateway's own refusal.",
    type: 'object',
    properties: { message: { type: 'string' } },
    required: ['message'],
  },
  Problem: {
    description: 'A refusal (RFC 9457). Rely on `code`: codes do not change, texts may.',
    type: 'object',
    properties: {
      type: { type: 'string', format: 'uri', description: 'A URN made of the code.' },
      title: { type: 'string', description: 'What the code means, the same for every problem with it.' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string', description: 'The problem in this case; the title, if nothing more is known.' },
      code: { type: 'string', enum: Object.keys(PROBLEMS) },
      request_id: { type: 'string' },
      errors: {
        description: 'What is wrong with the request, field by field.',
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            pointer: {
              type: 'string',
              description: 'A JSON pointer into the body (RFC 6901), `?name` of a parameter, or `header name`.',
            },
            message: { type: 'string' },
          },
          required: ['pointer', 'message'],
        },
      },
      job_status: { type: 'string', enum: [...JOB_STATUSES], description: 'The status that refuses the command.' },
      allowed_commands: {
        description: 'The commands that would be accepted now.',
        type: 'array',
        items: { type: 'string', enum: [...JOB_COMMANDS] },
      },
      limit: { type: 'string', description: 'The limit that was reached, by the name of its setting.' },
      value: { type: 'integer', minimum: 1, description: 'The value of that limit.' },
      open_jobs: { type: 'integer', minimum: 0, description: 'Unfinished jobs of the credential; counted to 1,000.' },
      scheduled_tasks: { type: 'integer', minimum: 0, description: 'Tasks of the credential with an active schedule.' },
      webhook_endpoints: {
        type: 'integer',
        minimum: 0,
        description: 'Enabled webhook endpoints that name the credential.',
      },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
    allOf: MEMBERS.map((group) => ({
      if: { properties: { code: { enum: Object.keys(group) } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { properties: named(membersOf(group), true), required: membersOf(group) },
      else: { properties: named(membersOf(group), false) },
    })),
  },
};

/** One problem of each code. */
export function problemExamples(): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    Object.entries(PROBLEMS).map(([code, { status, title }]) => [
      `problem.${code}`,
      {
        value: {
          type: `urn:inbox-manager:problem:${code}`,
          title,
          status,
          detail: title,
          code,
          request_id: 'JKJaXmPLvHcESHA=',
          ...MEMBERS.map((group) => new Map(Object.entries(group)).get(code)).find((members) => members !== undefined),
        },
      },
    ]),
  );
}
