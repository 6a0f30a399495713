import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { SignInNeeded, Unreachable } from '../../../cli/errors.ts';
import { dryRuns } from '../../../cli/mcp/dry-runs.ts';
import { answered, problemOf, ToolRefusal } from '../../../cli/mcp/results.ts';
import { ApiProblem, ConnectionLost, UnexpectedReply } from '../../../client/index.ts';

const given = { action: 'retry', filter: { code: ['auth_failed', 'tls_error'], host: undefined }, reason: 'r' };

describe('a dry run', () => {
  it('permits one operation with the same arguments, in any order', () => {
    const runs = dryRuns<string>();
    const token = runs.keep({ given, request: 'the request', count: 3 });
    const same = { reason: 'r', filter: { code: ['tls_error', 'auth_failed'] }, action: 'retry' };
    expect(runs.take(token, same, 3)).toBe('the request');
    expect(() => runs.take(token, same, 3)).toThrow('used up');
  });

  it.each([
    ['another action', { ...given, action: 'resolve' }, 3, 'dry_run_differs'],
    ['another filter', { ...given, filter: { code: ['auth_failed'] } }, 3, 'dry_run_differs'],
    ['one more field', { ...given, filter: { ...given.filter, q: 'x' } }, 3, 'dry_run_differs'],
    ['another pace', { ...given, rate_per_second: 900 }, 3, 'dry_run_differs'],
    ['another count', given, 4, 'count_differs'],
  ])('with %s is refused, and cannot be used again', (_, other, count, code) => {
    const runs = dryRuns<string>();
    const token = runs.keep({ given, request: 'the request', count: 3 });
    expect(() => runs.take(token, other, count)).toThrow(expect.objectContaining({ code }));
    expect(() => runs.take(token, given, 3)).toThrow(expect.objectContaining({ code: 'dry_run_needed' }));
  });

  it('that is ten minutes old, or of another server, is refused', () => {
    let now = 0;
    const runs = dryRuns<string>(() => now);
    const token = runs.keep({ given, request: 'the request', count: 3 });
    now = 10 * 60_000;
    for (const each of [token, 'made up'])
      expect(() => runs.take(each, given, 3)).toThrow(expect.objectContaining({ code: 'dry_run_needed' }));
  });

  it('is dropped when very many others follow', () => {
    const runs = dryRuns<string>();
    const [first = ''] = Array.from({ length: 200 }, () => runs.keep({ given, request: 'the request', count: 3 }));
    expect(() => runs.take(first, given, 3)).toThrow(expect.objectContaining({ code: 'dry_run_needed' }));
  });
});

const refused = (status: number, code: 'account_forbidden' | 'bulk_not_running'): ApiProblem =>
  new ApiProblem(
    { type: 'urn:x', title: 't', detail: 'd', code, status, request_id: 'r', allowed_commands: ['retry'] },
    status,
    'r',
  );

describe('an error of a tool', () => {
  it.each([
    [new ToolRefusal('too_many_jobs', 'd', 'Narrow it.'), 'too_many_jobs', /^Narrow it/],
    [refused(403, 'account_forbidden'), 'account_forbidden', /do not try again/],
    [refused(409, 'bulk_not_running'), 'bulk_not_running', /allowed_commands/],
    [new UnexpectedReply(502, 'x'), 'unexpected_reply', /look before you send it again/],
    [new SignInNeeded('x'), 'sign_in_needed', /inboxctl login/],
    [new InvalidArgumentError('It must be a time.'), 'usage_error', /Correct the arguments/],
    [new ConnectionLost('x'), 'unreachable', /look before/],
    [new Unreachable('x'), 'unreachable', /look before/],
    [new TypeError('x'), 'internal_error', /Report it/],
  ])('%s has a code and a next step', (error, code, next) => {
    expect(problemOf(error)).toMatchObject({ code, next_step: expect.stringMatching(next) });
  });

  it('is a result with the error, and not a failure of the protocol', async () => {
    const result = await answered(() => Promise.reject(refused(409, 'bulk_not_running')));
    expect(result.isError).toBe(true);
    const [content] = result.content;
    expect(content?.type === 'text' && JSON.parse(content.text)).toMatchObject({
      code: 'bulk_not_running',
      status: 409,
      allowed_commands: ['retry'],
    });
  });
});
