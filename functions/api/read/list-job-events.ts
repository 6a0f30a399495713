import * as z from 'zod';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { listJobEventsContract } from '../contracts/jobs.ts';
import { ownJob } from '../own.ts';
import { toEventResource } from '../resources/event.ts';
import type { ReadPorts } from './ports.ts';
import { openPosition, sealPosition } from './positions.ts';

const eventPosition = z.strictObject({ version: z.int() });

/** A job's timeline: every event, oldest first. */
export const listJobEvents = ({ log, cursors }: ReadPorts) =>
  endpoint(listJobEventsContract, async ({ accounts, params, query: { limit, cursor, offset } }) => {
    const job = await ownJob(log, params.job_id, accounts);
    const binding = { account: job.account_id, operation: 'listJobEvents', filter: params };
    const position = await openPosition(cursors, cursor, binding, eventPosition);
    const events = await log.read(params.job_id, (position?.version ?? 0) + offset, limit + 1);
    const page = events.slice(0, limit);
    const last = page.at(-1);
    const next = last !== undefined && events.length > limit ? { version: last.version } : null;
    return {
      status: 200,
      data: page.map(toEventResource),
      page: { limit, next_cursor: await sealPosition(cursors, next, binding) },
    };
  });
