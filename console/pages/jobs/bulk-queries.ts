import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import type { BulkAction } from '../../jobs/bulk-actions.ts';
import type { FrozenFilter } from '../../jobs/frozen-filter.ts';
import { api } from '../../service/api.ts';

/** The jobs of a bulk operation, in the form of its request. */
export type BulkJobs = { readonly filter: FrozenFilter } | { readonly job_ids: string[] };

/** The dry run: how many jobs the operation would change, and some of them. Each dialog counts again. */
export const dryRunQuery = (account: string, action: BulkAction, jobs: BulkJobs) =>
  queryOptions({
    queryKey: ['bulk-dry-run', account, action, jobs],
    queryFn: async ({ signal }): Promise<Schemas['BulkDryRun']> => {
      const body = { action, ...jobs, dry_run: true, reason: 'dry run' };
      const { data } = await api.bulk.start({ account_id: account, body, signal });
      if ('id' in data) throw new Error('The service started the operation instead of counting.');
      return data;
    },
    gcTime: 0,
  });

export type BulkOrder = {
  readonly action: BulkAction;
  readonly jobs: BulkJobs;
  readonly reason: string;
  readonly rate: number;
};

/** Starts the operation. */
export async function startBulk(
  account: string,
  { action, jobs, reason, rate }: BulkOrder,
  idempotencyKey: string,
): Promise<Schemas['BulkOperation']> {
  const body = { action, ...jobs, reason, rate_per_second: rate };
  const { data } = await api.bulk.start({ account_id: account, body, idempotencyKey });
  if (!('id' in data)) throw new Error('The service counted instead of starting the operation.');
  return data;
}
