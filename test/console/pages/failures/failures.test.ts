import { describe, expect, test } from 'vitest';
import { mailboxesWords, searchOfGroup } from '../../../../console/jobs/failure-group.ts';
import { filterOf, readJobsSearch } from '../../../../console/jobs/jobs-search.ts';
import { failureGroupsOf, readFailuresSearch } from '../../../../console/pages/failures/failures-search.ts';
import { muteWords } from '../../../../console/pages/failures/group-words.ts';

describe('the search of the failures page', () => {
  test.each([
    [{}, { sort: '-count', muted: false }],
    [{ show: 'muted' }, { sort: '-count', muted: true }],
    [{ show: 'all', sort: 'last' }, { sort: '-last_at' }],
    [{ show: ['all', 'muted'], sort: 'other', q: 'x' }, { sort: '-count' }],
    [{ show: 'nothing' }, { sort: '-count', muted: 'nothing' }],
  ])('%j is the request %j', (raw, request) => {
    expect(failureGroupsOf(readFailuresSearch(raw))).toEqual(request);
  });
});

describe('the jobs of a failure group', () => {
  test('are found by code and server, failed and retrying', () => {
    const search = searchOfGroup({ code: 'auth_failed', host: 'imap.example.com:993' });
    expect(readJobsSearch({ ...search })).toEqual(search);
    expect(filterOf(search)).toEqual({
      status: ['failed', 'retrying'],
      last_error_code: ['auth_failed'],
      host: ['imap.example.com:993'],
    });
  });

  test('have no filter by server when the server is not known', () => {
    expect(searchOfGroup({ code: 'auth_failed', host: null }, ['failed'])).toEqual({
      status: ['failed'],
      code: ['auth_failed'],
    });
  });
});

test.each([
  [{ count: 1, more: false }, '1 mailbox'],
  [{ count: 0, more: true }, 'at least 0 mailboxes'],
  [{ count: 1_000, more: true }, 'at least 1,000 mailboxes'],
])('the mailboxes %j are %s', (credentials, words) => {
  expect(mailboxesWords(credentials)).toBe(words);
});

test.each([
  [{ muted: false, muted_until: null }, null],
  // A job failed after `muted_until`, so the group is no longer muted.
  [{ muted: false, muted_until: '2026-11-29T11:00:00.000Z' }, null],
  [{ muted: true, muted_until: null }, 'muted until somebody unmutes it'],
  [{ muted: true, muted_until: '2026-11-29T16:00:00.000Z' }, 'muted for 4h'],
  [{ muted: true, muted_until: '2026-11-29T12:00:00.000Z' }, 'muted until a job fails again'],
])('a failure with %j is: %s', (group, words) => {
  expect(muteWords(group, Date.parse('2026-11-29T12:00:00.000Z'))).toBe(words);
});
