/** The search of the messages page: the address is the only state of its filters. The names are those of the API. */
import { many, one, present, sinceOf } from '../../search-parameters/flat.ts';

type Flag = 'true' | 'false';
const FLAGS = ['true', 'false'] as const;

export type MessagesSearch = {
  readonly credential_id?: string | undefined;
  readonly folder?: readonly string[] | undefined;
  readonly seen?: Flag | undefined;
  readonly flagged?: Flag | undefined;
  readonly from?: string | undefined;
  readonly subject?: string | undefined;
  /** `24h`: arrived in the last 24 hours. Or an instant. */
  readonly since?: string | undefined;
  /** Arrived before this instant. */
  readonly until?: string | undefined;
};

export function readMessagesSearch(raw: Record<string, unknown>): MessagesSearch {
  return present({
    credential_id: one(raw.credential_id),
    folder: many(raw.folder),
    seen: one(raw.seen, FLAGS),
    flagged: one(raw.flagged, FLAGS),
    from: one(raw.from)?.trim() || undefined,
    subject: one(raw.subject)?.trim() || undefined,
    since: one(raw.since),
    until: one(raw.until),
  });
}

/** The parameters for the API. They may hold values that it refuses, because an address may hold any text. */
export function messageParametersOf({
  credential_id,
  folder,
  seen,
  flagged,
  from,
  subject,
  since,
  until,
}: MessagesSearch) {
  return {
    ...(credential_id === undefined ? {} : { credential_id }),
    ...(folder === undefined ? {} : { folder: [...folder] }),
    ...(seen === undefined ? {} : { seen: seen === 'true' }),
    ...(flagged === undefined ? {} : { flagged: flagged === 'true' }),
    ...(from === undefined ? {} : { from }),
    ...(subject === undefined ? {} : { subject }),
    ...(since === undefined ? {} : { since: sinceOf(since) }),
    ...(until === undefined ? {} : { until: sinceOf(until) }),
  };
}
