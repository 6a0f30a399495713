import { endpoint, noBody } from '../../runtime/http/endpoint.ts';
import { listQuery } from '../../runtime/http/pagination.ts';
import { ownJob } from '../own.ts';
import { jobParams } from '../parameters.ts';
import { toEventResource } from '../resources/event.ts';
import type { ReadPorts } from './ports.ts';
import { openPosition, sealPosition } from './positions.ts';

/** A job's timeline: every event, oldest first. */
export const listJobEvents = ({ log, cursors }: ReadPorts) =>
  endpoint({
    operation: 'listJobEvents',
    params: jobParams,
    query: listQuery({}),
    body: noBody,
    async handle({ accounts, params, query: { limit, cursor, offset } }) {
      const job = await ownJob(log, params.job_id, accounts);
      const binding = { account: job.account_id, operation: 'listJobEvents', filter: params };
      const position = await openPosition(cursors, cursor, binding);
      const events = await log.read(params.job_id, Number(position?.version ?? 0) + offset);
      const page = events.slice(0, limit);
      const last = page.at(-1);
      const next = last !== undefined && events.length > limit ? { version: String(last.version) } : null;
      return {
        status: 200,
        data: page.map(toEventResource),
        page: { limit, next_cursor: await sealPosition(cursors, next, binding) },
      };
    },
  });
