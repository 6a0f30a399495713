import {
  type SearchMessagesPayload,
  type SearchMessagesResult,
  searchMessagesPayload,
} from '../../domain/action/imap-search-messages.ts';
import { formatUidSet, lastUids, MAX_UID, parseUidSet, type UidSet, uidCount } from '../../domain/sync/uid-set.ts';
import type { Action } from '../action.ts';
import { byName, recordsOf } from './mailboxes/spelling.ts';

/** Maximum number of characters of a UID set in a result. */
const MAX_TEXT = 3_500;

/** Searches messages on the server; changes and stores nothing. */
export const searchMessages: Action<SearchMessagesPayload> = {
  name: 'imap_search_messages',
  payload: searchMessagesPayload,
  async run({ folder, criteria }, context) {
    const session = await context.session();
    const records = await recordsOf(context);
    const { uidValidity } = await byName(session, records, folder, (name) => session.select(name));
    const { uid_gte: from, uid_lt: below, ...flagsAndSizes } = criteria;
    const bounded = from !== undefined || below !== undefined;
    const uids = bounded ? { uids: `${from ?? 1}:${Math.max(from ?? 1, (below ?? MAX_UID + 1) - 1)}` } : {};
    const isEmpty = from !== undefined && below !== undefined && below <= from;
    const found = isEmpty ? { uids: '', count: 0 } : await session.searchMessages({ ...flagsAndSizes, ...uids });
    const { text, truncated } = fitting(parseUidSet(found.uids));
    const result: SearchMessagesResult = { uid_validity: uidValidity, count: found.count, uids: text, truncated };
    return { kind: 'succeeded', result };
  },
};

/** The whole set, or as many of its highest UIDs as fit. */
function fitting(set: UidSet): { readonly text: string; readonly truncated: boolean } {
  const whole = formatUidSet(set);
  if (whole.length <= MAX_TEXT) return { text: whole, truncated: false };
  for (let most = Math.floor(uidCount(set) / 2); most > 0; most = Math.floor(most / 2)) {
    const text = formatUidSet(lastUids(set, most));
    if (text.length <= MAX_TEXT) return { text, truncated: true };
  }
  return { text: '', truncated: true };
}
