import * as z from 'zod';
import { type LogEntry, toLogEntry } from '../../domain/audit/entry.ts';
import { freezeLogFilter, type LogFilter, matchesLogFilter } from '../../domain/audit/log-filter.ts';
import { logIdOf, timeOfLogId } from '../../domain/audit/log-id.ts';
import type { Envelope } from '../../domain/event/event.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openPosition, sealPosition } from '../../http/positions.ts';
import { Problem } from '../../http/problem.ts';
import type { AuditLog, AuditRecord } from '../../ports/audit-log.ts';
import type { CursorBinding } from '../../ports/cursor-seal.ts';
import { coverageOf, periodSince } from '../../queries/coverage.ts';
import type { ReadPorts } from '../read-ports.ts';
import { getLogContract, listLogsContract, searchLogsContract } from './contracts.ts';

/** Lists the audit, newest first. */
export const listLogs = (ports: ReadPorts) =>
  endpoint(listLogsContract, async ({ accountId, query: { limit, cursor, offset, ...filter }, now }) => {
    const binding = { account: accountId, operation: 'listLogs', filter };
    const { entries, nextCursor } = await search(ports, cursor, binding, now, {
      accountId,
      filter,
      newestFirst: true,
      limit,
      offset,
    });
    return { status: 200, data: [...entries], page: { limit, next_cursor: nextCursor } };
  });

/** Searches the audit. On every page, relative times are relative to the time of the first page. */
export const searchLogs = (ports: ReadPorts) =>
  endpoint(searchLogsContract, async ({ accountId, body: { limit, cursor, offset, filter, sort }, now }) => {
    const binding = { account: accountId, operation: 'searchLogs', filter: { filter, sort } };
    const found = await search(ports, cursor, binding, now, {
      accountId,
      filter,
      newestFirst: sort === '-at',
      limit,
      offset,
    });
    return {
      status: 200,
      data: [...found.entries],
      page: { limit, next_cursor: found.nextCursor },
      coverage: found.coverage,
    };
  });

/** Gets one entry. Its id contains its time, so it is found without an index of its own. */
export const getLog = ({ audit }: ReadPorts) =>
  endpoint(getLogContract, async ({ accounts, params }) => {
    const { entry } = await ownEntry(audit, params.log_id, accounts);
    return { status: 200, data: entry };
  });

/**
 * An entry of one of these accounts, with its event. Throws Problem not_found if it does not exist or belongs to
 * another account.
 */
export async function ownEntry(
  audit: AuditLog,
  logId: string,
  accounts: readonly string[],
): Promise<{ readonly entry: LogEntry; readonly event: Envelope }> {
  const at = new Date(timeOfLogId(logId)).toISOString();
  for (const accountId of accounts) {
    const range = { above: at, below: `${at}~` };
    for await (const { event } of records(audit, accountId, true, range, PAGE)) {
      const entry = toLogEntry(event, logIdOf(event));
      if (entry?.id === logId) return { entry, event };
    }
  }
  throw new Problem('not_found');
}

const MAX_EXAMINED = 1_000;
const PAGE = 100;
const logPosition = z.strictObject({ after: z.string(), began: z.int() });

type LogSearch = {
  readonly accountId: string;
  readonly filter: LogFilter;
  readonly newestFirst: boolean;
  readonly limit: number;
  readonly offset: number;
};

/** One page. It examines a bounded number of entries: a page may hold fewer than `limit` and still have a next page. */
async function search(
  { audit, cursors }: ReadPorts,
  cursor: string | undefined,
  binding: CursorBinding,
  now: number,
  { accountId, filter, newestFirst, limit, offset }: LogSearch,
) {
  const position = await openPosition(cursors, cursor, binding, logPosition);
  const began = position?.began ?? now;
  const frozen = freezeLogFilter(filter, began);
  const bounds = { above: frozen.at?.gte ?? null, below: frozen.at?.lt ?? null };
  if (position !== null) bounds[newestFirst ? 'below' : 'above'] = position.after;
  const entries: LogEntry[] = [];
  let skip = offset;
  let examined = 0;
  let last = position?.after ?? null;
  let complete = true;
  for await (const { event, sort } of records(audit, accountId, newestFirst, bounds, limit + offset + 1)) {
    if (entries.length >= limit || examined >= MAX_EXAMINED + offset) {
      complete = false;
      break;
    }
    examined += 1;
    last = sort;
    const entry = toLogEntry(event, logIdOf(event));
    if (entry === null || !matchesLogFilter(entry, frozen)) continue;
    if (skip > 0) skip -= 1;
    else entries.push(entry);
  }
  const reached = last === null ? null : last.slice(0, last.indexOf('#'));
  const asked = frozen.at ?? {};
  const period = position === null ? asked : periodSince(asked, began, newestFirst);
  const coverage = coverageOf({ examined, reached, complete }, period, newestFirst);
  const next = complete || last === null ? null : { after: last, began };
  return { entries, coverage, nextCursor: await sealPosition(cursors, next, binding) };
}

async function* records(
  audit: AuditLog,
  accountId: string,
  newestFirst: boolean,
  bounds: { above: string | null; below: string | null },
  first: number,
): AsyncGenerator<AuditRecord> {
  let { above, below } = bounds;
  let size = Math.min(PAGE, first);
  for (let more = true; more; ) {
    const page = await audit.page({ accountId, newestFirst, limit: size, above, below });
    size = PAGE;
    yield* page.records;
    const last = page.records.at(-1)?.sort ?? null;
    if (newestFirst) below = last;
    else above = last;
    more = page.more && last !== null;
  }
}
