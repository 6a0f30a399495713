import { expect, it } from 'vitest';
import { type FailureGroup, isMuted } from '../../../functions/domain/failure-group/failure-group.ts';

const iso = (minute: number): string => new Date(Date.UTC(2026, 10, 29, 12, minute)).toISOString();
const muted = (until: string | null): FailureGroup => ({
  id: 'fgr_x',
  account_id: 'acc_one',
  muted: { until },
  note: null,
  updated_at: iso(0),
  version: 1,
});

it.each<[string, FailureGroup | null, string | null, number, boolean]>([
  ['that was never muted asks for attention', null, iso(1), 2, false],
  ['that was unmuted asks for attention', { ...muted(null), muted: null }, iso(1), 2, false],
  ['that is muted without an end stays muted, whatever fails', muted(null), iso(59), 59, true],
  ['stays muted until its end time, whatever fails', muted(iso(30)), iso(29), 29, true],
  ['stays muted after its end time while nothing fails', muted(iso(30)), iso(30), 50, true],
  ['asks for attention once a job fails after its end time', muted(iso(30)), iso(31), 50, false],
])('a failure group %s', (_, group, lastAt, minute, expected) => {
  expect(isMuted(group, lastAt, Date.parse(iso(minute)))).toBe(expected);
});
