/** A bulk operation from the count to its end: count, consent, start, progress, outcome. */
import { randomUUID } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { isSameFilter, type Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { flag, value } from '../command-line/options.ts';
import { type Parser, whole, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
import { FollowedWorkFailed, PartlyDone, UsageError } from '../errors.ts';
import { count, span } from '../output/ages.ts';
import { BULK_FIELDS, DRY_RUN_FIELDS } from '../output/field-names.ts';
import type { Output } from '../output/output.ts';
import { bulkProgress, progressLine } from '../progress.ts';
import type { Session } from '../session.ts';
import { standardInput } from '../terminal.ts';
import { bulkLines } from './bulk-views.ts';
import { frozen, type JobFilter, jobFilters } from './job-filters.ts';
import { JOB_COLUMNS } from './job-views.ts';

type Action = Schemas['BulkOperation']['action'];
type Chosen = { readonly filter: JobFilter } | { readonly job_ids: string[] };

const MOST_IDS = 1_000;
const SAMPLES = 5;
const DEFAULT_RATE = 50;

export function bulkChange(parent: Command, app: Application, action: Action, description: string): void {
  const command = parent.command(action).description(description);
  const filters = jobFilters(command);
  const ids = value(
    command,
    '--ids <ids>',
    'these jobs: ids with commas, or - to read them from standard input',
    words,
  );
  const reason = value(command, '--reason <text>', 'why; it is kept in the audit (required)', words);
  const rate = value(command, '--rate <n>', `jobs in a second (default ${DEFAULT_RATE})`, whole(1, 1_000));
  const dryRun = flag(command, '--dry-run', 'only count');
  const yes = flag(command, '--yes', 'do not ask');
  const noWait = flag(command, '--no-wait', 'do not follow the operation to its end');
  const key = value(
    command,
    '--key <key>',
    'repeat a start whose reply was lost, with the key that its error shows',
    startKey,
  );
  const strict = flag(command, '--strict', 'exit with 7 if a job was skipped or failed');

  app.does(
    command,
    async (session, _words) => {
      const { client, out } = session;
      const why = reason();
      if (why === undefined) throw new UsageError('Say why with --reason TEXT: it is kept in the audit.');
      // The clock is read once, so that the count and the operation use the same times.
      const start = key() ?? newKey();
      const chosen = await chosenJobs(filters(), ids(), start.now);
      const account_id = await session.account();
      const request = { action, reason: why, ...chosen, ...(rate() === undefined ? {} : { rate_per_second: rate() }) };
      const counted = (await client.bulk.start({ account_id, body: { ...request, dry_run: true } })).data;
      if ('id' in counted) throw new Error('The service started the operation instead of counting');
      const jobs = numberOf(counted);
      if (dryRun()) return showCount(out, counted, `${capital(jobs)} would be changed.`);
      if (counted.matched === 0 && counted.matched_is_exact && key() === undefined) {
        out.note('No job matches. Nothing was sent.');
        return out.none();
      }
      out.note(`${capital(jobs)} to ${action}, at ${rate() ?? DEFAULT_RATE}/s: ${estimate(counted, rate())}`);
      const deletions = counted.matched_is_exact ? counted.matched : 'unknown';
      const what = `${capital(action)} ${jobs}`;
      await requireConsent({ what, isAgreed: yes(), deletions: action === 'delete' ? deletions : 0 });
      // If no reply comes, the operation may have started. Repeating it with the same key cannot start a second one.
      session.remember('key', start.text);
      const { data: started } = await client.bulk.start({ account_id, body: request, idempotencyKey: start.text });
      if (!('id' in started)) throw new Error('The service counted instead of starting the operation');
      session.remember('key', null);
      session.remember('bulk_id', started.id);
      for (const line of differences(request, counted, started)) out.note(line);
      if (noWait()) return out.thing(started, bulkLines(started));
      await follow(session, started, strict(), app.isQuiet());
    },
    () => (dryRun() ? DRY_RUN_FIELDS : BULK_FIELDS),
  );
}

/** The key of a start, and the time from which its filter was made absolute: a repetition sends the same request. */
type StartKey = { readonly text: string; readonly now: number };

const newKey = (now: number = Date.now()): StartKey => ({ text: `${randomUUID()}.${now}`, now });

const startKey: Parser<StartKey> = (text) => {
  const [, now] = /^[\da-f-]{36}\.(\d{13})$/.exec(text) ?? [];
  if (now === undefined) throw new InvalidArgumentError('It must be the key that an earlier start has shown.');
  return { text, now: Number(now) };
};

async function chosenJobs(filter: JobFilter | null, ids: string | undefined, now: number): Promise<Chosen> {
  if (ids === undefined && filter === null) throw new UsageError('Name the jobs by a filter, or by --ids.');
  if (ids === undefined) return { filter: frozen(filter ?? {}, now) };
  if (filter !== null) throw new UsageError('Name the jobs either by filters, or by --ids.');
  const text = ids === '-' ? await standardInput() : ids;
  const named = [...new Set(text.split(/[\s,]+/).filter((id) => id !== ''))];
  if (named.length === 0) throw new UsageError('No ids were given.');
  if (named.length > MOST_IDS) throw new UsageError(`At most ${count(MOST_IDS)} ids. Use a filter for more.`);
  return { job_ids: named };
}

function showCount(out: Output, counted: Schemas['BulkDryRun'], sentence: string): void {
  if (out.isJson) {
    out.thing(counted, []);
    return;
  }
  out.say(sentence);
  if (counted.sample.length > 0) out.rows(counted.sample.slice(0, SAMPLES), JOB_COLUMNS, '');
}

/** The differences between the operation and the count, as sentences. */
function differences(chosen: Chosen, counted: Counted, started: Schemas['BulkOperation']): string[] {
  const { expected, id } = started;
  const sentences: string[] = [];
  if (counted.matched_is_exact && expected !== null && expected !== counted.matched)
    sentences.push(`It counted ${count(counted.matched)} jobs, but the operation expects ${count(expected)}.`);
  if ('filter' in chosen && !isSameFilter(chosen.filter, started))
    sentences.push('The filter of the operation is not the one that was counted.');
  return sentences.map((sentence) => `${sentence} Stop it with: inboxctl bulk abort ${id}`);
}

type Counted = Pick<Schemas['BulkDryRun'], 'matched' | 'matched_is_exact'>;

/**
 * The number of jobs in words. The service counts among the first jobs that it examines: if there are more, the number
 * is a lower bound.
 */
export function numberOf({ matched, matched_is_exact: isExact }: Counted): string {
  if (matched === 0 && !isExact) return 'an unknown number of jobs (none among the first that were examined)';
  return `${isExact ? '' : 'at least '}${count(matched)} ${matched === 1 ? 'job' : 'jobs'}`;
}

/** How long the operation takes. */
export function estimate({ matched, matched_is_exact: isExact }: Counted, rate: number = DEFAULT_RATE): string {
  return `${isExact ? 'about' : 'at least'} ${span((matched / rate) * 1000)}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

async function follow(
  { client, out, signal }: Session,
  { id }: Schemas['BulkOperation'],
  isStrict: boolean,
  isQuiet: boolean,
): Promise<void> {
  out.note(`Started ${id}. Ctrl-C ends only this command; stop it with: inboxctl bulk abort ${id}`);
  const line = progressLine(out, isQuiet);
  const ended = await client.bulk
    .waitFor(id, { signal, onProgress: (operation) => line.show(bulkProgress(operation)) })
    .finally(() => line.end());
  out.thing(ended, bulkLines(ended));
  if (ended.status !== 'completed') throw new FollowedWorkFailed(`The operation ${id} ended as ${ended.status}`);
  const rest = ended.failed + ended.skipped;
  if (rest === 0) return;
  const sentence = `${count(rest)} jobs were not changed. See: inboxctl bulk get ${id} --outcome failed,skipped`;
  if (isStrict) throw new PartlyDone(sentence);
  out.note(sentence);
}
