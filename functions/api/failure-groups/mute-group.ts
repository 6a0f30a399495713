import { userActor } from '../../domain/event/actors.ts';
import {
  type FailureGroup,
  type FailureGroupEvent,
  foldFailureGroup,
  isMuted,
  isMuteInForce,
} from '../../domain/failure-group/failure-group.ts';
import { countsOfGroup, type GroupCounts } from '../../domain/failure-group/group-counts.ts';
import { groupKeyOf } from '../../domain/failure-group/group-id.ts';
import { groupCounterRow } from '../../domain/views/counters.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { Views } from '../../ports/views.ts';
import { withinRequest } from '../../streams/retries.ts';
import { recognising, streamOf } from '../../streams/stream-of.ts';
import { appendCounted, madeState } from '../append-counted.ts';
import { assertMatches } from '../append-own.ts';
import type { CommandPorts } from '../command-ports.ts';
import { commandKey, keyOf } from '../idempotency.ts';
import { muteFailureGroupContract, unmuteFailureGroupContract } from './contracts.ts';

/** Mutes the group, so that it does not ask for attention. It changes no job. A mute that is in force is replaced. */
export const muteFailureGroup = (ports: CommandPorts) =>
  endpoint(muteFailureGroupContract, (request) => {
    const { until, note } = request.body;
    const muted = { until: until === undefined ? null : new Date(until).toISOString(), note: note ?? null };
    return apply(ports, request, ({ code, host }) => ({ type: 'FailureGroupMuted', data: { code, host, ...muted } }));
  });

export const unmuteFailureGroup = (ports: CommandPorts) =>
  endpoint(unmuteFailureGroupContract, (request) => {
    const note = request.body.note ?? null;
    return apply(ports, request, ({ code, host }) => ({ type: 'FailureGroupUnmuted', data: { code, host, note } }));
  });

type Command = Caller & { readonly body: unknown; readonly params: { readonly failure_group_id: string } };

async function apply(
  { log, views, ids, fingerprint, quotas }: CommandPorts,
  { params: { failure_group_id: id }, accounts, actor, headers, path, now, requestId, body }: Command,
  eventOf: (group: GroupCounts) => FailureGroupEvent,
) {
  const group = await ownGroup(views, id, accounts);
  const { account_id: accountId, code, host } = group;
  const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const own = streamOf<FailureGroup>(log, id, foldFailureGroup, withinRequest);
  const stream = recognising(log, own, key?.commandId ?? null);
  const event = eventOf(group);
  const count = { accountId, kind: 'mutedGroups', now } as const;
  const made = await appendCounted<FailureGroup, null>(log, quotas, count, stream, async (admit, state, events) => {
    // A group that was never muted has no state, but may have events of a later release.
    const version = events.at(-1)?.version ?? 0;
    assertMatches(headers, version);
    if (event.type === 'FailureGroupMuted' && !isMuteInForce(state, now)) await admit();
    const origin = { accountId, actor: userActor(actor.uid), at: new Date(now).toISOString(), requestId };
    return {
      events: [{ ...origin, ...keyOf(key), streamId: id, version: version + 1, event, audited: true }],
      result: null,
    };
  });
  const after = madeState(made, key);
  const { muted, note, version } = after;
  const isQuiet = isMuted(after, group.last?.at ?? null, now);
  return {
    status: 200 as const,
    data: { id, code, host, muted: isQuiet, muted_until: muted?.until ?? null, note, version },
    etag: version,
  };
}

/**
 * The group with its present counts. Throws Problem not_found if no job of these accounts has failed in this way, or if
 * the counts of the group have expired.
 */
export async function ownGroup(
  views: Pick<Views, 'counterRows'>,
  id: string,
  accounts: readonly string[],
): Promise<GroupCounts> {
  const key = groupKeyOf(id);
  if (key === null || !accounts.includes(key.account_id)) throw new Problem('not_found');
  const row = (await views.counterRows([groupCounterRow(id)])).get(groupCounterRow(id));
  if (row === undefined) throw new Problem('not_found');
  return countsOfGroup(key, row);
}
