import { ownStreamOf } from '../../domain/audit/entry.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { eventsPage } from '../events-page.ts';
import type { ReadPorts } from '../read-ports.ts';
import { listLogEventsContract } from './contracts.ts';
import { ownEntry } from './read-logs.ts';

/**
 * Lists all events of the resource that an audit entry is about, oldest first. For a deleted job this is the only way
 * to its events, until retention erases them together with the entry.
 */
export const listLogEvents = ({ audit, log, cursors }: Pick<ReadPorts, 'audit' | 'log' | 'cursors'>) =>
  endpoint(listLogEventsContract, async ({ accounts, params, query }) => {
    const { event } = await ownEntry(audit, params.log_id, accounts);
    // The audit is an index: it may still show an entry that has just been erased.
    if ((await log.read(event.stream_id, event.version - 1, 1))[0]?.append_id !== event.append_id)
      throw new Problem('not_found');
    const binding = { account: event.account_id, operation: 'listLogEvents', filter: params };
    return { status: 200, ...(await eventsPage({ log, cursors }, ownStreamOf(event.stream_id), binding, query)) };
  });
