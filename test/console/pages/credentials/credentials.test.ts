import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../../../client/index.ts';
import { fieldProblem } from '../../../../console/commands/answered.ts';
import { hoursFrom } from '../../../../console/dates/age.ts';
import {
  credentialFilterOf,
  readCredentialSearch,
  readCredentialsSearch,
} from '../../../../console/pages/credentials/credentials-search.ts';
import {
  changesLogin,
  changesOf,
  newCredentialOf,
  secretOf,
} from '../../../../console/pages/credentials/form-values.ts';
import { healthOf, isSameName, nameOf, probeSentence, serverOf } from '../../../../console/pages/credentials/health.ts';

const NOW = Date.parse('2026-11-29T12:00:00.000Z');
const credential = (more: object = {}) => ({
  id: 'pc_1',
  account_id: 'acc_demo',
  provider_kind: 'imap' as const,
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls' as const,
  auth_kind: 'password' as const,
  tls_certificates: [],
  username_masked: 'j…e@example.com',
  max_connections: 3,
  label: 'Sales',
  external_ref: null,
  status: 'valid' as const,
  status_reason: null,
  parked_at: null,
  next_probe_at: null,
  waiting_jobs: 0,
  last_validated_at: null,
  last_used_at: null,
  last_synced_at: null,
  generation: 1,
  created_at: '2026-11-29T11:00:00.000Z',
  updated_at: '2026-11-29T11:00:00.000Z',
  version: 1,
  ...more,
});

function form(values: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}

describe('the health of a credential', () => {
  it.each([
    ['valid', null, 'Active', null],
    ['suspect', 'auth_failed', 'Failed once', 'The password was refused'],
    ['parked', 'auth_failed', 'Paused by failures', 'The password was refused'],
    ['paused', null, 'Paused by an operator', null],
    ['unverified', 'auth_failed', 'Test failed', 'The password was refused'],
    ['unverified', null, 'Not used yet', 'It is active after its first login.'],
  ] as const)('of status %s with reason %s reads "%s"', (status, code, word, reason) => {
    const failure = code === null ? null : { title: 'The password was refused' };
    expect(healthOf({ status, status_reason: code }, failure)).toMatchObject({ word, reason });
  });

  it('names a code that the catalogue does not have yet', () => {
    expect(healthOf({ status: 'parked', status_reason: 'auth_failed' }, null).reason).toBe('auth_failed');
  });

  it('has a different shape for each status, so that colour is not the only sign', () => {
    const shapes = (['valid', 'suspect', 'parked', 'paused', 'unverified'] as const).map(
      (status) => healthOf({ status, status_reason: null }, null).shape,
    );
    expect(new Set(shapes).size).toBe(5);
  });
});

describe('the next try of a credential', () => {
  it.each([
    ['parked', '2026-11-29T12:42:00.000Z', 'It is tried again in 42m, with one job.'],
    ['suspect', '2026-11-29T12:00:09.000Z', 'It is tried again in 9s, with one job.'],
    ['parked', '2026-11-29T11:59:00.000Z', 'It is being tried again now.'],
    ['parked', null, 'The system does not try it again: test it, or rotate its secret.'],
    ['valid', null, null],
    ['paused', '2026-11-29T12:42:00.000Z', null],
  ] as const)('of status %s at %s reads %j', (status, next_probe_at, sentence) => {
    expect(probeSentence({ status, next_probe_at }, NOW)).toBe(sentence);
  });
});

describe('the name of a credential', () => {
  it('is its label, else its user name, else its id', () => {
    expect(nameOf(credential())).toBe('Sales');
    expect(nameOf(credential({ label: '' }))).toBe('j…e@example.com');
    expect(nameOf(credential({ label: null, username_masked: null }))).toBe('pc_1');
  });

  it('is confirmed only by the whole name as the page shows it', () => {
    expect(isSameName(' Sales  team ', 'Sales team')).toBe(true);
    expect(isSameName('sales team', 'Sales team')).toBe(false);
    expect(isSameName('', 'Sales team')).toBe(false);
  });

  it('stands beside its server, which is null if it cannot be read', () => {
    expect(serverOf(credential())).toBe('imap.example.com:993');
    expect(serverOf({ host: null, port: null })).toBeNull();
  });
});

describe('the form of a new credential', () => {
  const FILLED = {
    host: ' imap.example.com ',
    port: '993',
    security_mode: 'starttls',
    max_connections: '3',
    label: '',
    external_ref: '',
    tls_ca_pem: ' ',
    auth_kind: 'password',
    username: ' jane@example.com ',
    password: ' with blanks ',
  };

  it('becomes the body of the request, with the password exactly as it was typed', () => {
    expect(newCredentialOf(form(FILLED))).toEqual({
      provider_kind: 'imap',
      host: 'imap.example.com',
      port: 993,
      security_mode: 'starttls',
      max_connections: 3,
      auth_kind: 'password',
      secret: { username: 'jane@example.com', password: ' with blanks ' },
    });
  });

  it('holds the names and the certificate only if they were entered', () => {
    const more = { label: 'Sales', external_ref: 'c-17', tls_ca_pem: '-----BEGIN CERTIFICATE-----' };
    expect(newCredentialOf(form({ ...FILLED, ...more }))).toMatchObject(more);
  });

  it('of OAuth has its own secret, without a scope that was not entered', () => {
    const values = {
      client_id: 'app',
      client_secret: 's',
      refresh_token: 'r',
      token_url: 'https://x/token',
      scope: '',
    };
    const secret = secretOf(form({ username: 'jane@example.com', ...values }), 'oauth2');
    expect(secret).toEqual({ ...secret, username: 'jane@example.com', client_id: 'app' });
    expect(Object.keys(secret)).not.toContain('scope');
    expect(Object.keys(secret)).not.toContain('password');
  });
});

describe('the form of a change', () => {
  const SAME = {
    host: 'imap.example.com',
    port: '993',
    security_mode: 'ssl_tls',
    max_connections: '3',
    label: 'Sales',
    external_ref: '',
    tls_ca_pem: '',
  };

  it('sends no unchanged field', () => {
    expect(changesOf(form(SAME), credential())).toEqual({});
  });

  it('sends changed fields, and null for emptied ones', () => {
    expect(changesOf(form({ ...SAME, label: '', port: '143', security_mode: 'starttls' }), credential())).toEqual({
      label: null,
      port: 143,
      security_mode: 'starttls',
    });
    expect(changesOf(form({ ...SAME, remove_ca: 'on' }), credential())).toEqual({ tls_ca_pem: null });
  });

  it('sends the secret if a user name was entered', () => {
    const changes = changesOf(form({ ...SAME, username: 'jane', password: 'p' }), credential());
    expect(changes).toEqual({ secret: { username: 'jane', password: 'p' } });
  });

  it('needs a test if it is about the login, and none for a name', () => {
    expect(changesLogin({ host: 'other.example.com' })).toBe(true);
    expect(changesLogin({ tls_ca_pem: null })).toBe(true);
    expect(changesLogin({ label: 'x', max_connections: 5 })).toBe(false);
  });
});

describe('the end of a pause', () => {
  it('is the given number of hours from now, or open', () => {
    expect(hoursFrom('4', NOW)).toBe('2026-11-29T16:00:00.000Z');
    expect(hoursFrom('', NOW)).toBeUndefined();
    expect(hoursFrom('-1', NOW)).toBeUndefined();
  });
});

describe('the address of the credentials', () => {
  it('holds the filters, and values that only the service can judge', () => {
    const search = readCredentialsSearch({ q: [' sales '], status: ['parked', 'gone'], host: ['a', 'b'], x: ['1'] });
    expect(search).toEqual({ q: 'sales', status: ['parked', 'gone'], host: ['a', 'b'] });
    expect(credentialFilterOf(search)).toEqual({ q: 'sales', status: ['parked', 'gone'], host: ['a', 'b'] });
    expect(credentialFilterOf({})).toEqual({});
  });

  it('of one credential opens the dialog only for rotate=1', () => {
    expect(readCredentialSearch({ rotate: ['1'] })).toEqual({ rotate: '1' });
    expect(readCredentialSearch({ rotate: ['yes'] })).toEqual({});
  });

  it('of one credential keeps the filters of the list that it was opened from', () => {
    expect(readCredentialSearch({ q: ['sales'], rotate: ['1'] })).toEqual({ q: 'sales', rotate: '1' });
  });
});

describe('a refused command', () => {
  const problem = (status: number, errors?: { pointer: string; message: string }[]) =>
    new ApiProblem(
      {
        type: 'urn:x',
        title: 't',
        status,
        detail: 'd',
        code: 'invalid_request',
        request_id: 'r',
        ...(errors === undefined ? {} : { errors }),
      },
      status,
      'r',
    );

  it('marks the field that is wrong', () => {
    const error = problem(422, [{ pointer: '/secret/password', message: 'is too long' }]);
    expect(fieldProblem(error, '/secret/password')).toBe('is too long');
    expect(fieldProblem(error, '/host')).toBeNull();
    expect(fieldProblem(null, '/host')).toBeNull();
  });
});
