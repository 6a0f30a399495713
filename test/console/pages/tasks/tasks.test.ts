import { describe, expect, test } from 'vitest';
import {
  changesOf,
  draftOfForm,
  EMPTY_DRAFT,
  newTaskOf,
  updateBodyOf,
} from '../../../../console/pages/tasks/form-values.ts';
import { scheduleWords } from '../../../../console/pages/tasks/schedule-words.ts';
import { readTasksSearch, taskFilterOf } from '../../../../console/pages/tasks/tasks-search.ts';

describe('a schedule in words', () => {
  test.each([
    ['1m', 'every minute'],
    ['5m', 'every 5 minutes'],
    ['1h', 'every hour'],
    ['30d', 'every 30 days'],
    ['<b>', 'every <b>'],
  ])('at the interval %s is "%s"', (every, words) => {
    expect(scheduleWords({ every })).toBe(words);
  });

  test.each([
    ['* * * * *', 'every minute'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['*/5 8-18 * * 1-5', 'every 5 minutes from 08:00 to 18:59 from Monday to Friday'],
    ['0 * * * *', 'every hour at minute 0'],
    ['30 */6 * * *', 'every 6 hours at minute 30'],
    ['0 9 * * *', 'at 09:00 every day'],
    ['0 9 * * 1-5', 'at 09:00 from Monday to Friday'],
    ['0,30 9,17 * * 7', 'at 09:00, 09:30, 17:00 and 17:30 on Sunday'],
    ['5 0 1,15 * *', 'at 00:05 on days 1 and 15 of the month'],
    ['0 0 L * *', 'at 00:00 on the last day of the month'],
    ['0 6 1 1-3 *', 'at 06:00 on day 1 of the month in January to March'],
  ])('for the cron expression %s is "%s"', (cron, words) => {
    expect(scheduleWords({ cron, time_zone: 'UTC' })).toBe(`${words} (UTC)`);
  });

  test.each(['*/7 * * * *', '0 9 1 * 1', '0 25 * * *', '0 9 * * MON#2', '0 9 * * 5-1', '1-5 9 * * *', '', 'x'])(
    'is the cron expression "%s" itself if words could be wrong',
    (cron) => {
      expect(scheduleWords({ cron, time_zone: 'Asia/Tokyo' })).toBe(`cron ${cron} (Asia/Tokyo)`);
    },
  );

  test('for a task without a schedule says that it is run by hand', () => {
    expect(scheduleWords(null)).toBe('only when it is run by hand');
  });
});

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

describe('the form of a task', () => {
  const FILLED = { payload: '{"folder": "INBOX"}', priority: '-3', labels: ' a \n\nb, c', kind: 'every', every: '5m' };

  test('is read as typed, and the service checks it', () => {
    expect(draftOfForm(formOf(FILLED))).toEqual({
      payload: { folder: 'INBOX' },
      priority: -3,
      labels: ['a', 'b, c'],
      schedule: { every: '5m' },
    });
    expect(draftOfForm(formOf({ priority: 'high', kind: 'none' }))).toEqual({ ...EMPTY_DRAFT, priority: 'high' });
    expect(draftOfForm(formOf({ kind: 'cron', cron: '* *', time_zone: 'Mars' })).schedule).toEqual({
      cron: '* *',
      time_zone: 'Mars',
    });
  });

  test.each(['{"folder": ', '[]', 'null', '7'])('refuses the payload %s, which is no JSON object', (payload) => {
    expect(() => draftOfForm(formOf({ payload }))).toThrow('The payload must be a JSON object');
  });

  test('sends only the fields that differ, whatever the order of their keys', () => {
    const before = { ...EMPTY_DRAFT, payload: { folder: 'INBOX', full: true }, labels: ['a'] };
    const same = { ...before, payload: { full: true, folder: 'INBOX' } };
    expect(changesOf(before, same)).toEqual([]);
    expect(updateBodyOf(before, same)).toEqual({});
    const after = { ...same, labels: [], schedule: { every: '1d' } };
    expect(updateBodyOf(before, after)).toEqual({ labels: [], schedule: { every: '1d' } });
    expect(changesOf(before, after)).toEqual([
      { name: 'labels', before: 'a', after: 'none' },
      { name: 'schedule', before: 'only when it is run by hand', after: 'every day' },
    ]);
  });

  test('ends a schedule with null', () => {
    expect(updateBodyOf({ ...EMPTY_DRAFT, schedule: { every: '1d' } }, EMPTY_DRAFT)).toEqual({ schedule: null });
  });

  test('makes the body of a new task', () => {
    const fields = { ...FILLED, task_type: 'imap_sync_messages', target_credential_id: ' pc_1 ' };
    expect(newTaskOf(formOf(fields))).toEqual({
      task_type: 'imap_sync_messages',
      target_credential_id: 'pc_1',
      payload: { folder: 'INBOX' },
      priority: -3,
      labels: ['a', 'b, c'],
      schedule: { every: '5m' },
    });
  });
});

test('the search of the tasks is the filter of the API', () => {
  const search = readTasksSearch({ q: ' x ', status: ['failed', 'odd'], scheduled: 'false', label: 'a' });
  expect(taskFilterOf(search)).toEqual({ q: 'x', status: ['failed', 'odd'], label: ['a'], scheduled: false });
  expect(taskFilterOf(readTasksSearch({ q: ' ' }))).toEqual({});
  expect(taskFilterOf(readTasksSearch({ scheduled: 'perhaps' }))).toEqual({ scheduled: 'perhaps' });
});
