import { describe, expect, it } from 'vitest';
import { ApiProblem, ConnectionLost, type ProblemCode, UnexpectedReply } from '../../../client/index.ts';
import { type Attempt, afterFailure, attemptOf, isDoneAlready } from '../../../console/commands/attempt.ts';
import { timedOf } from '../../../console/commands/timed-form.ts';
import { SignInNeeded } from '../../../console/session/sign-in-needed.ts';

const FIRST: Attempt = { idempotencyKey: 'key', at: 1, mayBeDone: false };
const refused = (status: number, code: ProblemCode = 'invalid_request') =>
  new ApiProblem({ type: 'urn:x', title: 't', status, detail: 'd', code, request_id: 'r' }, status, 'r');

describe('a command that was sent', () => {
  it.each([
    ['a lost connection', new ConnectionLost('x')],
    ['a failure of the service', refused(503, 'internal_error')],
    ['a reply of a gateway', new UnexpectedReply(502, 'x')],
    ['too many requests', refused(429, 'rate_limited')],
    ['a key whose command was carried out', refused(422, 'idempotency_key_reused')],
  ])('is sent again under its key after %s, also if that try is refused', (_, error) => {
    const next = afterFailure(FIRST, error);
    expect(next).toEqual({ ...FIRST, mayBeDone: true });
    expect(afterFailure(next ?? FIRST, refused(422))).toEqual(next);
  });

  it.each([
    ['the end of the session', new SignInNeeded('x')],
    ['a refused token', refused(401, 'invalid_token')],
    ['a role that does not allow it', refused(403, 'role_forbidden')],
  ])('is sent again under its key after %s', (_, error) => {
    expect(afterFailure(FIRST, error)).toEqual(FIRST);
  });

  it('ends at the same time at all its tries, however long they take', () => {
    const form = new FormData();
    form.set('hours', '4');
    form.set('text', ' they know ');
    const first = attemptOf(null, Date.parse('2026-11-29T12:00:00.000Z'));
    const next = attemptOf(afterFailure(first, new ConnectionLost('x')), Date.parse('2026-11-29T12:05:00.000Z'));
    expect(next.idempotencyKey).toBe(first.idempotencyKey);
    expect(timedOf(form, next.at)).toEqual({ until: '2026-11-29T16:00:00.000Z', text: 'they know' });
    form.set('hours', '');
    form.set('text', ' ');
    expect(timedOf(form, next.at)).toEqual({ until: null, text: null });
  });

  it('is sent under a new key once the service has refused it and no try can have taken effect', () => {
    expect(afterFailure(FIRST, refused(422))).toBeNull();
    expect(afterFailure(FIRST, refused(409, 'version_conflict'))).toBeNull();
  });

  it('counts as carried out when the service answers that its key was used with another body', () => {
    expect(isDoneAlready(refused(422, 'idempotency_key_reused'))).toBe(true);
    expect(isDoneAlready(refused(422))).toBe(false);
  });
});
