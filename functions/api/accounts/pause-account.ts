import { type Account, type AccountEvent, foldAccount } from '../../domain/account/account.ts';
import { userActor } from '../../domain/event/actors.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { decideAndAppend } from '../../streams/decide-and-append.ts';
import { withinRequest } from '../../streams/retries.ts';
import { recognising, streamOf } from '../../streams/stream-of.ts';
import { assertMatches, present } from '../append-own.ts';
import type { CommandPorts } from '../command-ports.ts';
import { commandKey, keyOf, sameBody } from '../idempotency.ts';
import { pauseAccountContract, resumeAccountContract } from './contracts.ts';

/** Blocks every job of the account. Running attempts continue. */
export const pauseAccount = (ports: CommandPorts) =>
  endpoint(pauseAccountContract, (request) => {
    const { reason, until } = request.body;
    const data = { reason: reason ?? null, until: until === undefined ? null : new Date(until).toISOString() };
    return apply(ports, request, { type: 'AccountPaused', data });
  });

/** Ends the pause of an account; its jobs continue. */
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
  const account = streamOf<Account>(log, accountId, foldAccount, withinRequest);
  const stream = recognising(log, account, key?.commandId ?? null);
  const outcome = await decideAndAppend<Account, null>(log, stream, (_, events) => {
    // An account that was never paused has no state, but may have events of a later release.
    const version = events.at(-1)?.version ?? 0;
    assertMatches(headers, version);
    const origin = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId };
    const next = { ...origin, ...keyOf(key), streamId: accountId, version: version + 1, event, audited: true };
    return { events: [next], result: null };
  });
  if (outcome.kind === 'conflict') throw new Problem('try_again');
  if (outcome.kind === 'earlier') sameBody(outcome.event, key);
  const after = present(outcome.kind === 'earlier' ? outcome.stateThen : outcome.state);
  const { id, paused, version } = after;
  return { status: 200 as const, data: { id, paused, version }, etag: version };
}
