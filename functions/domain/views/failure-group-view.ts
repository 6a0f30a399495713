import { FAILURE_GROUP_HISTORY, type FailureGroup, failureGroupSchema } from '../failure-group/failure-group.ts';
import { mutesOf } from './keys.ts';
import { FIRST_FOLD, type ViewRow, withoutNulls } from './row.ts';

/** Sorts after every time that the API accepts. */
const NO_END = '9999-12-31T23:59:59.999Z';

/**
 * The row of a muted or unmuted failure group. Its id is known from the group's counter row. Only muted groups are in an
 * index, by the end of the mute, so that they can be counted.
 */
function failureGroupRow(group: FailureGroup): ViewRow {
  const { id, account_id: account, muted, version } = group;
  const index = muted === null ? {} : { ga: mutesOf(account), s: `${muted.until ?? NO_END}#${id}` };
  return { id, v: version, b: withoutNulls(group), ...index };
}

export const FAILURE_GROUP_PROJECTION = {
  history: FAILURE_GROUP_HISTORY,
  fold: FIRST_FOLD,
  toRow: failureGroupRow,
  fromRow: (row: ViewRow): FailureGroup | null =>
    row.b === undefined ? null : failureGroupSchema.parse({ muted: null, note: null, ...row.b }),
};
