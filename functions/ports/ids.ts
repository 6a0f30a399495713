import type { IdPrefix } from '../domain/ids/ids.ts';

export interface Ids {
  /** A new id, sortable by time of making. */
  next(prefix: IdPrefix): string;
  /** The same id for the same parts, always: what makes a create idempotent. */
  derive(prefix: IdPrefix, parts: readonly string[]): string;
  /** 128 bits that tell these parts from any others. */
  digest(parts: readonly string[]): string;
  /** 128 random bits for append ids and lease ids. */
  token(): string;
}
