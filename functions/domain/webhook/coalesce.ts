import type { ActionName } from '../action/catalogue.ts';
import type { Job } from '../job/job.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Delivery, Request } from './delivery.ts';

/** Idempotent actions: one run that starts after several requests satisfies all of them. */
const COALESCING: ReadonlySet<ActionName> = new Set(['imap_sync_mailboxes', 'imap_sync_messages']);

/** The parts that identify the same work, for a digest. */
export function sameWork(accountId: string, { credential_id, generation, action, payload }: Request): string[] {
  return [accountId, credential_id, String(generation), action, canonicalJson(payload)];
}

export type PendingDelivery = Delivery & { readonly request: Request };
export type Group = readonly [PendingDelivery, ...PendingDelivery[]];

/**
 * Pending deliveries grouped by the job they may share, at most `most` in a group: all for the same work of one
 * account if the action coalesces, otherwise each alone. Each delivery once, oldest first.
 */
export function groupsOf(deliveries: readonly Delivery[], most: number): readonly Group[] {
  const groups = new Map<string, PendingDelivery[]>();
  const once = new Map(deliveries.map((each) => [each.id, each]));
  const pending = [...once.values()].flatMap((each) =>
    each.request !== null && each.job_id === null ? [{ ...each, request: each.request }] : [],
  );
  pending.sort((one, other) => (`${one.at}${one.id}` < `${other.at}${other.id}` ? -1 : 1));
  for (const delivery of pending) {
    const { account_id: accountId, request } = delivery;
    const shared = COALESCING.has(request.action);
    const key = JSON.stringify(shared ? sameWork(accountId, request) : [delivery.id]);
    groups.set(key, [...(groups.get(key) ?? []), delivery]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, at) => group.slice(at * most, (at + 1) * most)).flatMap(
      ([first, ...rest]) => (first === undefined ? [] : [[first, ...rest] as const]),
    ),
  );
}

export const coalesces = (request: Request): boolean => COALESCING.has(request.action);

/** A job scheduled later than this does not count: an operator may have deferred it for long. */
const SOON_MS = 60_000;

/**
 * Whether a delivery may be folded into this job: it asks for the same work, and the job's next attempt starts after
 * now, so it sees what the delivery reports. A job that yielded is in the middle of its work.
 */
export function stillWaitsFor(job: Job, { account_id: accountId, request }: PendingDelivery, now: number): boolean {
  if (job.deleted || job.account_id !== accountId) return false;
  const soon = job.next_attempt_at !== null && Date.parse(job.next_attempt_at) - now <= SOON_MS;
  const waits = job.status === 'queued' || job.status === 'retrying' || (job.status === 'scheduled' && soon);
  if (!waits || job.checkpoint !== null) return false;
  const { credential_id, generation, payload } = job;
  const mine = JSON.stringify(sameWork(accountId, request));
  return JSON.stringify([accountId, credential_id, String(generation), job.action, canonicalJson(payload)]) === mine;
}
