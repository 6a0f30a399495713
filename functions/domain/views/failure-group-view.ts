import { FAILURE_GROUP_HISTORY, type FailureGroup, failureGroupSchema } from '../failure-group/failure-group.ts';
import { FIRST_FOLD, type ViewRow, withoutNulls } from './row.ts';

/**
 * The row of a muted or unmuted failure group. It is in no index, because its id is known from the group's counter row.
 */
export const FAILURE_GROUP_PROJECTION = {
  history: FAILURE_GROUP_HISTORY,
  fold: FIRST_FOLD,
  toRow: (group: FailureGroup): ViewRow => ({ id: group.id, v: group.version, b: withoutNulls(group) }),
  fromRow: (row: ViewRow): FailureGroup | null =>
    row.b === undefined ? null : failureGroupSchema.parse({ muted: null, note: null, ...row.b }),
};
