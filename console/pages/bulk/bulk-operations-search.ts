import type { Schemas } from '../../../client/index.ts';
import { one, present } from '../../search-parameters/flat.ts';

export type BulkStatusName = Schemas['BulkOperation']['status'];
export const BULK_STATUSES: readonly BulkStatusName[] = ['running', 'completed', 'aborted', 'failed'];

/** The operations that the list shows; absent: all. */
export type BulkOperationsSearch = { readonly status?: BulkStatusName | undefined };

export const readBulkOperationsSearch = (raw: Record<string, unknown>): BulkOperationsSearch =>
  present({ status: one(raw.status, BULK_STATUSES) });
