import { describe, expect, it } from 'vitest';
import { openedOrAltered, refuseSecret, refuseTokenUrl } from '../../../functions/api/credentials/new-secret.ts';
import type { Secret } from '../../../functions/domain/credential/secret.ts';
import { Problem } from '../../../functions/http/problem.ts';
import { VaultError } from '../../../functions/ports/vault.ts';

const password: Secret = { username: 'ann', password: 'x' };
const oauth: Secret = {
  ...{ username: 'ann', client_id: 'c', client_secret: 's', refresh_token: 'r' },
  token_url: 'https://login.example.com/token',
};
/** A deployment that calls only this token endpoint. */
const tokens = { isAllowed: (url: string) => url === oauth.token_url };
const elsewhere: Secret = { ...oauth, token_url: 'https://10.0.0.1/token' };
const pointersOf = (run: () => void): unknown => {
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [error.code, error.errors?.map(({ pointer }) => pointer)];
  }
};

describe('a secret', () => {
  it('is refused if the deployment would not call its token URL, also when it replaces another one', () => {
    for (const refuse of [() => refuseTokenUrl(elsewhere, tokens), () => refuseSecret(elsewhere, 'oauth2', tokens)])
      expect(pointersOf(refuse)).toEqual(['invalid_request', ['/secret/token_url']]);
    expect(pointersOf(() => refuseTokenUrl(oauth, tokens))).toBeNull();
    expect(pointersOf(() => refuseTokenUrl(password, tokens))).toBeNull();
  });

  it('is refused if it replaces a secret of another kind', () => {
    expect(pointersOf(() => refuseSecret(password, 'oauth2', tokens))).toEqual(['invalid_request', ['/secret']]);
    expect(pointersOf(() => refuseSecret(oauth, 'password', tokens))).toEqual(['invalid_request', ['/secret']]);
    expect(pointersOf(() => refuseSecret(password, 'password', tokens))).toBeNull();
    expect(pointersOf(() => refuseSecret(oauth, 'oauth2', tokens))).toBeNull();
  });
});

describe('a stored credential', () => {
  const failing = (error: Error) => openedOrAltered({ opened: () => Promise.reject(error) }, 'pc_1');

  it('that does not open counts as altered', async () => {
    expect(await failing(new VaultError('no'))).toBe('altered');
  });

  it('does not count as altered while the vault is unavailable', async () => {
    await expect(failing(new Error('throttled'))).rejects.toThrow('throttled');
  });

  it('that was deleted is null', async () => {
    expect(await openedOrAltered({ opened: async () => null }, 'pc_1')).toBeNull();
  });
});
