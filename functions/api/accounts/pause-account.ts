import { type AccountEvent, foldAccount } from '../../domain/account/account.ts';
import { userActor } from '../../domain/event/actors.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { upTo } from '../../streams/up-to.ts';
import { appendRetrying } from '../append-retrying.ts';
import type { CommandPorts } from '../command-ports.ts';
import { commandKey, earlierResult } from '../idempotency.ts';
import { pauseAccountContract, resumeAccountContract } from './contracts.ts';

/** Holds every job of the account back; those that run go on. */
export const pauseAccount = (ports: CommandPorts) =>
  endpoint(pauseAccountContract, (request) => {
    const { reason, until } = request.body;
    const data = { reason: reason ?? null, until: until === undefined ? null : new Date(until).toISOString() };
    return apply(ports, request, { type: 'AccountPaused', data });
  });

export const resumeAccount = (ports: CommandPorts) =>
  endpoint(resumeAccountContract, (request) =>
    apply(ports, request, { type: 'AccountResumed', data: { reason: request.body.reason ?? null } }),
  );

async function apply(
  { log, ids, fingerprint }: CommandPorts,
  { accountId, actor, headers, path, now, requestId, body }: Caller & { readonly body: unknown },
  event: AccountEvent,
) {
  const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const version = await appendRetrying(log, async () => {
    const history = await (key === null ? log.current(accountId) : log.read(accountId));
    const earlier = earlierResult(history, key);
    if (earlier !== null) return { events: null, result: earlier.version };
    const current = history.at(-1)?.version ?? 0;
    if (headers.ifMatch !== null && headers.ifMatch !== current) throw new Problem('version_conflict');
    return {
      events: [
        {
          streamId: accountId,
          version: current + 1,
          accountId,
          actor: userActor(actor.uid),
          at: new Date(now).toISOString(),
          event,
          requestId,
          audited: true,
          ...(key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint }),
        },
      ],
      result: current + 1,
    };
  });
  const account = foldAccount(await upTo(log, accountId, version));
  if (account === null) throw new Problem('not_found');
  const { id, paused } = account;
  return { status: 200 as const, data: { id, paused, version: account.version }, etag: account.version };
}
