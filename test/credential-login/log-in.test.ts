import { describe, expect, it } from 'vitest';
import { logIn } from '../../functions/credential-login/log-in.ts';
import type { FailureCode } from '../../functions/domain/failure/catalogue.ts';
import { type ConnectionSettings, MailboxFailure } from '../../functions/ports/mailbox.ts';

type Authentication = ConnectionSettings['authentication'];
const settings = (authentication: Authentication): ConnectionSettings => ({
  host: 'imap.example.com',
  port: 993,
  securityMode: 'ssl_tls',
  tlsCaPem: null,
  authentication,
});
const token = (accessToken: string): Authentication => ({ kind: 'oauth2', username: 'jane', accessToken });
const failed = (code: FailureCode) =>
  new MailboxFailure({ code, detail: '', retryAfterMs: null, outcomeUnknown: false });

/** Gives token after token; the server takes but one of them. */
async function tried(taken: string, refusal: FailureCode): Promise<{ refused: unknown[]; result: string }> {
  const refused: unknown[] = [];
  const settingsOf = async (given: string | null) => {
    refused.push(given);
    return settings(token(`token-${refused.length}`));
  };
  const result = logIn(settingsOf, async ({ authentication }) => {
    if (authentication.kind === 'oauth2' && authentication.accessToken === taken) return `in with ${taken}`;
    throw failed(refusal);
  });
  return { refused, result: await result.catch((error: MailboxFailure) => error.failure.code) };
}

describe('a login', () => {
  it('is tried once more, with another token, when the server took the first one back', async () => {
    expect(await tried('token-1', 'oauth_token_rejected')).toEqual({ refused: [null], result: 'in with token-1' });
    expect(await tried('token-2', 'oauth_token_rejected')).toEqual({
      refused: [null, 'token-1'],
      result: 'in with token-2',
    });
  });

  it('is not tried a third time, nor again for another reason, nor with a password', async () => {
    expect(await tried('none', 'oauth_token_rejected')).toEqual({
      refused: [null, 'token-1'],
      result: 'oauth_token_rejected',
    });
    expect(await tried('token-2', 'provider_timeout')).toEqual({ refused: [null], result: 'provider_timeout' });
    let logins = 0;
    const password = settings({ kind: 'password', username: 'jane', password: 'geheim' });
    const refused = logIn(
      async () => password,
      async () => {
        logins += 1;
        throw failed('oauth_token_rejected');
      },
    );
    await expect(refused).rejects.toBeInstanceOf(MailboxFailure);
    expect(logins).toBe(1);
  });
});
