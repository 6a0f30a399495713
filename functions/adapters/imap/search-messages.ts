import type { SearchObject } from 'imapflow';
import type { UidSet } from '../../domain/sync/uid-set.ts';
import type { MessageCriteria } from '../../ports/mailbox.ts';
import type { Line } from './line.ts';
import { searchUids } from './read-messages.ts';

/** UIDs of the selected mailbox that match the criteria. */
export function searchMessages(line: Line, criteria: MessageCriteria, esearch: boolean): Promise<UidSet> {
  return searchUids(line, toQuery(criteria), esearch);
}

function toQuery({ uids, since, before, ...rest }: MessageCriteria): SearchObject {
  const query: SearchObject = {
    ...rest,
    ...(uids === undefined ? {} : { uid: uids }),
    ...(since === undefined ? {} : { since: new Date(`${since}T00:00:00Z`) }),
    ...(before === undefined ? {} : { before: new Date(`${before}T00:00:00Z`) }),
  };
  return Object.keys(query).length === 0 ? { all: true } : query;
}
