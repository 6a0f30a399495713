/**
 * Limits against guessing passwords. Everything that causes a login on demand is counted. Tests are counted by account
 * and mail server. New secrets are counted by account and mailbox, across credentials, because a triggered job tries
 * them too.
 */
import { serverName } from '../../domain/limits/mail-server.ts';
import type { LimitName, LimitSettings } from '../../domain/limits/settings.ts';
import type { WindowDecision } from '../../domain/limits/window.ts';
import { Problem } from '../../http/problem.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Usage } from '../../ports/usage.ts';

type Server = { readonly host: string; readonly port: number };

export type LoginLimits = {
  /** Call it before a test. Throws Problem rate_limited. `now` in ms. */
  test(accountId: string, server: Server, now: number): Promise<void>;
  /** Call it before a secret is stored. Throws Problem rate_limited. `now` in ms. */
  secret(accountId: string, server: Server, username: string, now: number): Promise<void>;
};

export function loginLimits(usage: Usage, ids: Pick<Ids, 'digest'>, limits: LimitSettings): LoginLimits {
  return {
    async test(accountId, { host, port }, now) {
      const max = { all: limits.testsPerHour, group: limits.testsPerHostAndHour };
      const refused = await usage.count(`tests#${accountId}`, ids.digest([serverName(host, port)]), max, now);
      if (refused !== null)
        throw rateLimited(refused, limits, refused.by === 'all' ? 'testsPerHour' : 'testsPerHostAndHour');
    },

    async secret(accountId, { host, port }, username, now) {
      const max = { all: limits.secretsPerMailboxAndHour, group: limits.secretsPerMailboxAndHour };
      const mailbox = ids.digest([serverName(host, port), username.trim().toLowerCase()]);
      const refused = await usage.count(`secrets#${accountId}#${mailbox}`, '', max, now);
      if (refused !== null) throw rateLimited(refused, limits, 'secretsPerMailboxAndHour');
    },
  };
}

const rateLimited = (
  { retryAfterMs }: Extract<WindowDecision, { kind: 'refused' }>,
  limits: LimitSettings,
  name: LimitName,
): Problem => new Problem('rate_limited', { members: { limit: name, value: limits[name] }, retryAfterMs });
