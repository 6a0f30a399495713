/** The search of the messages page: the address is the only state of its filters. The names are those of the API. */
import type { Input } from '../../../client/index.ts';
import { many, one, present, sinceOf, uncheckedFor, yesOrNo } from '../../search-parameters/flat.ts';

export type MessagesSearch = {
  readonly credential_id?: string | undefined;
  readonly folder?: readonly string[] | undefined;
  readonly seen?: string | undefined;
  readonly flagged?: string | undefined;
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
    seen: one(raw.seen),
    flagged: one(raw.flagged),
    from: one(raw.from)?.trim() || undefined,
    subject: one(raw.subject)?.trim() || undefined,
    since: one(raw.since),
    until: one(raw.until),
  });
}

type Parameters = Omit<Input<'listEmails'>, 'account_id'>;

/** The parameters for the API. They may hold values that it refuses, because an address may hold any text. */
export const messageParametersOf = ({ seen, flagged, since, until, ...texts }: MessagesSearch): Parameters =>
  uncheckedFor({
    ...texts,
    seen: yesOrNo(seen),
    flagged: yesOrNo(flagged),
    since: since === undefined ? undefined : sinceOf(since),
    until: until === undefined ? undefined : sinceOf(until),
  });
