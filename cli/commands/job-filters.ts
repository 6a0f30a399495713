/** The filters of jobs, the same for lists, watches and bulk operations. */
import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import { flag, list, repeated, value } from '../command-line/options.ts';
import { duration, oneOf, timeOrAge, words } from '../command-line/values.ts';
import { ACTIONS, CATEGORIES, CODES, STATUSES, WAIT_REASONS } from '../vocabulary.ts';

export type JobFilter = Schemas['JobFilter'];

/** Declares the options. The getter returns the filter with the fields that were given; null if none was. */
export function jobFilters(command: Command): () => JobFilter | null {
  const status = list(command, '--status <status>', 'like failed, or failed,retrying', oneOf(STATUSES));
  const code = list(command, '--code <code>', 'code of the last error', oneOf(CODES));
  const category = list(command, '--category <category>', 'category of the last error', oneOf(CATEGORIES));
  const action = list(command, '--action <action>', 'like sync_messages', oneOf(ACTIONS, 'imap_'));
  const host = list(command, '--host <host>', 'mail server, with or without port', words);
  const credential = list(command, '--credential <id>', 'credential, pc_…', words);
  const task = list(command, '--task <id>', 'task, tsk_…', words);
  const label = repeated(command, '--label <label>', 'one of these labels; may be repeated', words);
  const waiting = list(command, '--waiting-on <reason>', 'what keeps it from starting', oneOf(WAIT_REASONS));
  const bulk = list(command, '--bulk <id>', 'changed last by this bulk operation', words);
  const since = value(command, '--since <time>', 'created after: 24h, or an instant', timeOrAge);
  const until = value(command, '--until <time>', 'created before: 2h, or an instant', timeOrAge);
  const failedSince = value(command, '--failed-since <time>', 'last error after: 2h, or an instant', timeOrAge);
  const q = value(command, '-q <words>', 'words in id, action, code, error or labels', words);
  const stalled = flag(command, '--stalled', 'overdue although nothing keeps it from starting');
  return () => {
    const given: JobFilter = {
      status: status(),
      last_error_code: code(),
      last_error_category: category(),
      action: action(),
      host: host(),
      credential_id: credential(),
      task_id: task(),
      label: label(),
      waiting_on: waiting(),
      bulk_id: bulk(),
      created_at: period(since(), until()),
      last_error_at: period(failedSince(), undefined),
      q: q(),
      stalled: stalled() ? true : undefined,
    };
    return Object.values(given).every((each) => each === undefined) ? null : given;
  };
}

type Period = NonNullable<JobFilter['created_at']>;

/**
 * The filter with absolute times (`now`: ms since the epoch), for jobs created before `now`, so that two requests
 * select the same jobs.
 */
export function frozen(filter: JobFilter, now: number): JobFilter {
  const { created_at: created = {}, last_error_at: failed, ...rest } = filter;
  const { lt = now, ...from } = absolute(created, now);
  const end = new Date(Math.min(now, Date.parse(String(lt)) || now)).toISOString();
  return {
    ...rest,
    ...(failed === undefined ? {} : { last_error_at: absolute(failed, now) }),
    created_at: { ...from, lt: end },
  };
}

/** Ages (`-24h`) become instants. */
function absolute(period: Period, now: number): Period {
  const ends = Object.entries(period).map(([name, time]) => {
    const isAge = /^-\d+[smhdw]$/.test(time ?? '');
    return [name, isAge ? new Date(Math.max(0, now - duration(String(time).slice(1)))).toISOString() : time];
  });
  return Object.fromEntries(ends);
}

/** A period of time; undefined if it has neither start nor end. */
export function period(from: string | undefined, to: string | undefined): { gte?: string; lt?: string } | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }) };
}
