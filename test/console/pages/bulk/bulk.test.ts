import { describe, expect, it } from 'vitest';
import {
  bulkActionWords,
  isTyped,
  jobsWords,
  MAX_NAMED,
  paceWords,
  typedConsent,
} from '../../../../console/jobs/bulk-actions.ts';
import { readBulkSearch, readJobsPage } from '../../../../console/jobs/bulk-search.ts';
import { chipsOf, frozenFilter } from '../../../../console/jobs/frozen-filter.ts';
import { againWords, readBulkItemsSearch, readOfItems } from '../../../../console/pages/bulk/bulk-items-search.ts';
import { readBulkOperationsSearch } from '../../../../console/pages/bulk/bulk-operations-search.ts';
import { progressOf } from '../../../../console/pages/bulk/progress-of.ts';
import { bulkRights, mayOrder } from '../../../../console/pages/jobs/bulk-rights.ts';
import {
  isNothing,
  isSelected,
  NOTHING,
  selectionAfterReading,
  toggled,
  toggledRows,
} from '../../../../console/pages/jobs/selection.ts';
import { parseFlat, stringifyFlat } from '../../../../console/search-parameters/flat.ts';

const AT = '2026-11-29T12:00:00.000Z';

describe('the filter of a bulk operation', () => {
  it('has instants instead of ages, and ends at the time when its dialog was opened', () => {
    expect(frozenFilter({ status: ['failed'], since: '24h', until: '-30m' }, AT)).toEqual({
      status: ['failed'],
      created_at: { gte: '2026-11-28T12:00:00.000Z', lt: '2026-11-29T11:30:00.000Z' },
    });
    expect(frozenFilter({ q: 'x' }, AT)).toEqual({ q: 'x', created_at: { lt: AT } });
    expect(frozenFilter({ since: '2026-11-01T00:00:00Z', until: '2030-01-01T00:00:00Z' }, AT).created_at).toEqual({
      gte: '2026-11-01T00:00:00Z',
      lt: AT,
    });
  });

  it('keeps an unknown form of time, so that the service reports the problem', () => {
    expect(frozenFilter({ since: 'tomorrow', until: 'never' }, AT).created_at).toEqual({
      gte: 'tomorrow',
      lt: 'never',
    });
  });

  it('shows each condition, even one that the console does not know', () => {
    const filter = { last_error_code: ['a', 'b'], q: 'x', stalled: true, created_at: { lt: AT }, new_field: [1] };
    expect(chipsOf({ ...filter, priority: { gte: 1, lte: 2 }, host: undefined })).toEqual([
      { label: 'code', kind: 'text', value: 'a' },
      { label: 'code', kind: 'text', value: 'b' },
      { label: 'search', kind: 'text', value: 'x' },
      { label: 'stalled', kind: 'text', value: 'true' },
      { label: 'made before', kind: 'time', value: AT },
      { label: 'new_field', kind: 'text', value: '1' },
      { label: 'priority from', kind: 'text', value: '1' },
      { label: 'priority at most', kind: 'text', value: '2' },
    ]);
  });
});

describe('the dialog in the address', () => {
  it('is the same after reading and writing', () => {
    const address = `?status=failed&command=delete&at=${encodeURIComponent(AT)}&job=job_1&job=job_2`;
    expect(stringifyFlat(readJobsPage(parseFlat(address)))).toBe(address);
  });

  it.each([
    '?command=retry',
    '?at=2026-11-29T12:00:00.000Z',
    '?command=destroy&at=2026-11-29T12:00:00.000Z',
    '?command=retry&at=now',
    '?command=retry&at=2026-13-41T99:00:00.000Z',
  ])('is not opened by %s', (address) => {
    expect(readBulkSearch(parseFlat(address))).toEqual({});
  });

  it('names no more jobs than a person may select', () => {
    const job = Array.from({ length: MAX_NAMED + 5 }, (_, at) => `job_${at}`);
    expect(readBulkSearch({ command: 'retry', at: AT, job }).job).toHaveLength(MAX_NAMED);
  });
});

describe('the words of a bulk operation', () => {
  it('have the number of jobs, or its lower bound', () => {
    expect(bulkActionWords('retry', jobsWords({ matched: 1, matched_is_exact: true }))).toBe('Retry 1 job');
    expect(bulkActionWords('trigger', jobsWords({ matched: 412, matched_is_exact: true }))).toBe('Run 412 jobs now');
    expect(bulkActionWords('trigger')).toBe('Run now');
    expect(jobsWords({ matched: 1_000, matched_is_exact: false })).toBe('at least 1,000 jobs');
    expect(jobsWords({ matched: 0, matched_is_exact: false })).toBe('all jobs that match');
  });

  it('contain the duration at its pace', () => {
    expect(paceWords({ matched: 412, matched_is_exact: true }, 50)).toBe('about 8s');
    expect(paceWords({ matched: 3, matched_is_exact: true }, 50)).toBe('about 1s');
    expect(paceWords({ matched: 1_000, matched_is_exact: false }, 1)).toBe('at least 16m');
  });

  it('ask for the number of more than 1,000 deletions, and for a sentence if the number is not known', () => {
    const exact = (matched: number) => ({ matched, matched_is_exact: true });
    expect(typedConsent('delete', exact(1_000))).toBeNull();
    expect(typedConsent('delete', exact(1_204))).toBe('1,204');
    expect(typedConsent('delete', { matched: 3, matched_is_exact: false })).toBe('delete all that match');
    expect(typedConsent('retry', { matched: 3, matched_is_exact: false })).toBeNull();
    expect([isTyped('1204', '1,204'), isTyped(' 1,204 ', '1,204'), isTyped('', null)]).toEqual([true, true, true]);
    expect([isTyped('120', '1,204'), isTyped('', '1,204'), isTyped('Delete all', 'delete all that match')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('the selection', () => {
  it('is changed job by job', () => {
    const one = toggled(NOTHING, 'a', ['a', 'b']);
    expect([isSelected(one, 'a'), isSelected(one, 'b')]).toEqual([true, false]);
    expect(isNothing(toggled(one, 'a', ['a', 'b']))).toBe(true);
  });

  it('of all matching jobs becomes the rows on screen when one is removed', () => {
    expect(isSelected('all', 'not read yet')).toBe(true);
    expect(toggled('all', 'a', ['a', 'b', 'c'])).toEqual(new Set(['b', 'c']));
  });

  it('of single jobs ends when the list is read again, because they may not be shown any more', () => {
    expect(isNothing(selectionAfterReading(new Set(['a'])))).toBe(true);
    expect(selectionAfterReading('all')).toBe('all');
  });

  it('has at most as many jobs as the service accepts by id', () => {
    const rows = Array.from({ length: MAX_NAMED + 1 }, (_, at) => `job_${at}`);
    const full = toggledRows(NOTHING, rows);
    expect(full).toEqual(new Set(rows.slice(0, MAX_NAMED)));
    expect(toggled(full, `job_${MAX_NAMED}`, rows)).toEqual(full);
    expect(toggledRows(full, rows)).toBe(NOTHING);
  });
});

describe('the items of a running operation', () => {
  it('are read by themselves while they are few, and when somebody asks while they are many', () => {
    expect([readOfItems(2, 10, 10), readOfItems(2, 10, 12), readOfItems(3, 10, 12)]).toEqual([null, 'now', 'asks']);
  });
});

describe('the progress of a bulk operation', () => {
  const operation = { status: 'running', matched: 100, expected: 412, job_ids: null } as const;
  it('is a share of the expected number, or only a number', () => {
    expect(progressOf({ ...operation, done: 90, skipped: 8, failed: 2 })).toEqual({
      settled: 100,
      total: 412,
      percent: 24,
    });
    const unknown = { ...operation, expected: null, done: 90, skipped: 0, failed: 0 };
    expect(progressOf(unknown)).toEqual({ settled: 90, total: null, percent: null });
  });

  it('is never more than 100 percent, and is 100 percent at its end', () => {
    expect(progressOf({ ...operation, expected: 50, done: 60, skipped: 0, failed: 0 }).percent).toBe(60);
    const ended = { ...operation, status: 'completed', matched: 400, done: 400, skipped: 0, failed: 0 } as const;
    expect(progressOf(ended)).toEqual({ settled: 400, total: 400, percent: 100 });
    expect(progressOf({ ...ended, matched: 0, done: 0 }).percent).toBe(100);
    expect(progressOf({ ...ended, status: 'aborted', matched: 103, done: 103 }).percent).toBe(25);
  });
});

describe('the list of bulk operations', () => {
  it('keeps every status of the address, so that the service reports an unknown one', () => {
    expect(readBulkOperationsSearch(parseFlat('?status=running&status=lost&x=1'))).toEqual({
      status: ['running', 'lost'],
    });
    expect(readBulkItemsSearch(parseFlat('?outcome=lost'))).toEqual({ outcome: ['lost'] });
  });
});

describe('the dialog of a bulk operation', () => {
  it('opens by address only for what the role may do', () => {
    const may = (role: 'viewer' | 'member' | 'owner') =>
      [
        mayOrder(bulkRights(role), 'retry', ['job_1']),
        mayOrder(bulkRights(role), 'retry', undefined),
        mayOrder(bulkRights(role), 'delete', ['job_1']),
      ].join(' ');
    expect(may('viewer')).toBe('false false false');
    expect(may('member')).toBe('true false false');
    expect(may('owner')).toBe('true true true');
  });

  it('says how many of the failed jobs it names', () => {
    expect(againWords(1, 1)).toBe('this job');
    expect(againWords(50, 50)).toBe('these 50 jobs');
    expect(againWords(50, 1_200)).toBe('the first 50 of the 1,200 jobs that failed');
  });
});
