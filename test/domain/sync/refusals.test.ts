import { describe, expect, test } from 'vitest';
import { FAILURE_CODES } from '../../../functions/domain/failure/catalogue.ts';
import {
  concernsFolder,
  isWaiting,
  refusedAgain,
  suggestsServer,
  triedAgainAt,
} from '../../../functions/domain/sync/refusals.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-02T00:00:00.000Z');
const cause = { code: 'command_failed', detail: 'no' } as const;

test('a failure of the whole credential or host is not a failure of a folder', () => {
  expect(FAILURE_CODES.filter((code) => !concernsFolder(code)).sort()).toEqual(
    [
      ...['rate_limited', 'too_many_connections'],
      ...['auth_failed', 'oauth_token_rejected', 'oauth_token_expired', 'oauth_invalid_request'],
      ...['app_password_required', 'web_login_required', 'auth_not_connected', 'credentials_expired'],
      ...['authorization_failed', 'imap_disabled', 'account_blocked'],
      ...['host_not_allowed', 'tls_error', 'tls_required', 'dns_not_found', 'auth_misconfigured'],
      ...['auth_mechanism_unsupported', 'invalid_config'],
      ...[
        'credential_not_found',
        'credential_changed',
        'credential_of_another_account',
        'credential_altered',
        'worker_lost',
      ],
    ].sort(),
  );
});

describe('a folder that fails repeatedly', () => {
  test('waits 10 minutes, then twice as long each time, up to 6 hours', () => {
    let error = refusedAgain(null, cause, NOW, true);
    const waits: number[] = [];
    for (let at = NOW; waits.length < 8; error = refusedAgain(error, cause, at, true)) {
      waits.push((triedAgainAt(error) - Date.parse(error.at)) / MINUTE);
      at = triedAgainAt(error);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
    for (let more = 0; more < 100; more += 1) error = refusedAgain(error, cause, NOW, true);
    expect(triedAgainAt(error) - NOW).toBe(360 * MINUTE);
  });

  test('keeps the time of the first failure and of the last one', () => {
    const first = refusedAgain(null, cause, NOW, true);
    const second = refusedAgain(first, { code: 'permission_denied', detail: 'other' }, NOW + MINUTE, true);
    expect(second).toMatchObject({ code: 'permission_denied', detail: 'other', since: first.at });
    expect(second.at).not.toBe(first.at);
  });

  test('does not wait while the server may be at fault', () => {
    const error = refusedAgain(refusedAgain(null, cause, NOW, true), cause, NOW, false);
    expect(isWaiting(error, { now: NOW, startedAt: null, full: false })).toBe(false);
  });
});

test.each([
  ['before its time', 9 * MINUTE, null, false, true],
  ['at its time', 10 * MINUTE, null, false, false],
  ['in a full sync', MINUTE, null, true, false],
  ['in a later continuation of the attempt that tried it', 11 * MINUTE, NOW, false, true],
  ['in a later continuation of a full sync that tried it', MINUTE, NOW - MINUTE, true, true],
  ['in a later continuation of an attempt that has not', 11 * MINUTE, NOW + MINUTE, false, false],
])('a folder in error waits or not: %s', (_, later, startedAt, full, waits) => {
  const error = refusedAgain(null, cause, NOW, true);
  expect(isWaiting(error, { now: NOW + later, startedAt, full })).toBe(waits);
  expect(isWaiting(null, { now: NOW + later, startedAt, full })).toBe(false);
});

test.each([
  [['provider_unavailable', 'provider_unavailable', 'provider_unavailable'], true],
  [['command_failed', 'provider_timeout', 'provider_timeout', 'provider_timeout'], true],
  [['limit_reached', 'limit_reached', 'limit_reached'], true],
  [['limit_reached', 'limit_reached'], false],
  [['connection_closed', 'connection_closed', 'connection_closed'], true],
  [['deadline_exceeded', 'deadline_exceeded', 'deadline_exceeded'], true],
  [['provider_unavailable', 'provider_unavailable'], false],
  [['provider_unavailable', 'provider_timeout', 'provider_unavailable'], false],
  [['permission_denied', 'permission_denied', 'permission_denied'], false],
  [['command_failed', 'command_failed', 'command_failed'], false],
  [[], false],
] as const)('folders that fail by %s suggest a problem of the server: %s', (codes, suggests) => {
  expect(suggestsServer(codes)).toBe(suggests);
});
