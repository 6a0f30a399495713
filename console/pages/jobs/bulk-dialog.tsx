import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ApiProblem, isSameFilter, type Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Dialog } from '../../commands/dialog.tsx';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { Age } from '../../dates/time.tsx';
import {
  type BulkAction,
  bulkActionWords,
  DEFAULT_RATE,
  isTyped,
  jobsWords,
  MAX_RATE,
  paceWords,
  typedConsent,
} from '../../jobs/bulk-actions.ts';
import { FilterChips } from '../../jobs/filter-chips.tsx';
import { frozenFilter } from '../../jobs/frozen-filter.ts';
import { actionWords } from '../../jobs/job-actions.ts';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { Loading } from '../../states/states.tsx';
import { JobStatus } from '../../status/job-status.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { type BulkJobs, dryRunQuery, startBulk } from './bulk-queries.ts';
import styles from './jobs.module.css';

type Properties = {
  readonly account: string;
  readonly search: JobsSearch;
  readonly action: BulkAction;
  /** When the dialog was opened. */
  readonly at: string;
  /** The jobs that were selected one by one; null: all that match. */
  readonly named: readonly string[] | null;
  readonly close: () => void;
};

/** Counts the jobs first, and starts the operation with exactly the filter that was counted. */
export function BulkDialog({ account, search, action, at, named, close }: Properties) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [jobs] = useState<BulkJobs>(() =>
    named === null ? { filter: frozenFilter(search, at) } : { job_ids: [...named] },
  );
  const [reason, setReason] = useState('');
  const [rate, setRate] = useState(String(DEFAULT_RATE));
  const [typed, setTyped] = useState('');
  const [unlike, setUnlike] = useState<Schemas['BulkOperation'] | null>(null);
  const count = useQuery(useMemo(() => dryRunQuery(account, action, jobs), [account, action, jobs]));
  const start = useCommand(
    (key) => startBulk(account, { action, jobs, reason: reason.trim(), rate: Number(rate) }, key),
    (operation) => {
      void queries.invalidateQueries({ queryKey: ['bulk-operations', account] });
      if ('filter' in jobs && !isSameFilter(jobs.filter, operation)) return setUnlike(operation);
      void navigate({ to: '/a/$account/bulk/$bulk', params: { account, bulk: operation.id }, replace: true });
    },
  );
  if (unlike !== null) return <Unlike account={account} operation={unlike} close={close} />;
  const counted = count.data ?? null;
  const consent = counted === null ? null : typedConsent(action, counted);
  const isNothing = counted?.matched === 0 && counted.matched_is_exact;
  const pace = Number(rate);
  const isPace = Number.isInteger(pace) && pace >= 1 && pace <= MAX_RATE;
  return (
    <FormDialog
      title={bulkActionWords(action, 'jobs')}
      verb={bulkActionWords(action, counted === null || isNothing ? 'jobs' : jobsWords(counted))}
      isRunning={start.isRunning}
      isReady={counted !== null && !isNothing && reason.trim() !== '' && isTyped(typed, consent)}
      isDangerous={action === 'delete'}
      submit={start.run}
      close={close}
    >
      {'filter' in jobs ? (
        <FilterChips filter={jobs.filter} />
      ) : (
        <p>
          {jobs.job_ids.length === 1
            ? 'The job that you selected'
            : `The ${jobs.job_ids.length} jobs that you selected`}
        </p>
      )}
      {count.error !== null && <CountError error={count.error} again={() => void count.refetch()} />}
      {counted === null && count.error === null && <Loading what="the number of jobs" />}
      {counted !== null && <Counted counted={counted} at={count.dataUpdatedAt} again={() => void count.refetch()} />}
      <Field label="Reason" hint="It is kept in the audit." problem={fieldProblem(start.error, '/reason')}>
        {(attributes) => (
          <input
            {...attributes}
            required
            maxLength={500}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </Field>
      <Field
        label="Jobs in a second"
        hint={counted === null || !isPace ? `From 1 to ${MAX_RATE}.` : `It takes ${paceWords(counted, pace)}.`}
        problem={fieldProblem(start.error, '/rate_per_second')}
      >
        {(attributes) => (
          <input
            {...attributes}
            type="number"
            min={1}
            max={MAX_RATE}
            required
            value={rate}
            onChange={({ target }) => setRate(target.value)}
          />
        )}
      </Field>
      {consent !== null && (
        <Field
          label={`Type ${consent} to delete them`}
          hint="Jobs that are deleted cannot be brought back. The audit keeps what happened to them."
        >
          {(attributes) => <input {...attributes} value={typed} onChange={({ target }) => setTyped(target.value)} />}
        </Field>
      )}
      <CommandError error={start.error} />
    </FormDialog>
  );
}

function CountError({ error, again }: { readonly error: Error; readonly again: () => void }) {
  return (
    <>
      <CommandError error={error} />
      {!(error instanceof ApiProblem && error.status < 500) && (
        <p>
          <button type="button" onClick={again}>
            Count again
          </button>
        </p>
      )}
    </>
  );
}

function Counted({
  counted,
  at,
  again,
}: {
  readonly counted: Schemas['BulkDryRun'];
  /** When it was counted, ms. */
  readonly at: number;
  readonly again: () => void;
}) {
  const { matched, matched_is_exact: isExact, sample } = counted;
  return (
    <div>
      <p className={styles.counted} role="status">
        Matches{' '}
        <strong>
          {isExact ? '' : 'at least '}
          {matched.toLocaleString('en')}
        </strong>{' '}
        {isExact ? 'exactly' : '– there are more jobs than one count examines'}
      </p>
      <p className={form.hint}>
        Counted <Age at={new Date(at).toISOString()} /> ago. Jobs whose state does not allow it are skipped.{' '}
        <button type="button" className={styles.again} onClick={again}>
          Count again
        </button>
      </p>
      {sample.length > 0 && (
        <details className={styles.samples}>
          <summary>{sample.length === 1 ? 'The job' : `${sample.length} of them`}</summary>
          <ul aria-label="Samples">
            {sample.map(({ id, action, status, last_error_code: code }) => (
              <li key={id}>
                <JobStatus status={status} /> <span>{actionWords(action)}</span>{' '}
                {code !== null && <span className={styles.error}>{code}</span>} <code>{id}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/**
 * Shown when the operation has started with another filter than the one that was counted, so it may change other jobs.
 */
function Unlike({
  account,
  operation,
  close,
}: {
  readonly account: string;
  readonly operation: Schemas['BulkOperation'];
  readonly close: () => void;
}) {
  return (
    <Dialog title="The operation has another filter" close={close}>
      <p>It has started with a filter that is not the one that was counted. Look at it, and abort it there.</p>
      <FilterChips filter={operation.filter ?? {}} />
      <p className={form.buttons}>
        <Link to="/a/$account/bulk/$bulk" params={{ account, bulk: operation.id }} replace>
          <ServerText>{`Open ${operation.id}`}</ServerText>
        </Link>
      </p>
    </Dialog>
  );
}
