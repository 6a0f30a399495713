import type { Schemas } from '../../../client/index.ts';
import { many, present } from '../../search-parameters/flat.ts';

type BulkStatusName = Schemas['BulkOperation']['status'];
export const BULK_STATUSES: readonly BulkStatusName[] = ['running', 'completed', 'aborted', 'failed'];

/** The statuses of the operations that the list shows; absent: all. Unknown ones are kept: the service reports them. */
export type BulkOperationsSearch = { readonly status?: readonly string[] | undefined };

export const readBulkOperationsSearch = (raw: Record<string, unknown>): BulkOperationsSearch =>
  present({ status: many(raw.status) });
