/** How jobs, events and explanations look to people. */
import type { Schemas } from '../../client/index.ts';
import { age, count } from '../output/ages.ts';
import { asText } from '../output/fields.ts';
import type { Line, Style } from '../output/output.ts';
import type { Column } from '../output/table.ts';

type Job = Schemas['Job'];

const STYLES: Record<Schemas['JobStatus'], Style | null> = {
  scheduled: null,
  queued: null,
  running: 'yellow',
  retrying: 'yellow',
  succeeded: 'green',
  failed: 'red',
  resolved: 'dim',
};

/** Who must act, in words. */
export const WHO: Record<Schemas['Failure']['who'], string> = {
  nobody: 'nobody: the system tries again',
  mailbox_owner: 'the owner of the mailbox',
  operator: 'the operator',
  us: 'the makers of this service',
};

export const shortAction = (action: string): string => action.replace(/^imap_/, '');

export const JOB_COLUMNS: readonly Column<Job>[] = [
  { title: 'JOB', value: ({ id }) => id },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'ACTION', value: ({ action }) => shortAction(action), least: 8 },
  { title: 'ERROR', value: ({ last_error_code: code, waiting_on: wait }) => code ?? wait, least: 8 },
  { title: 'TRIES', value: ({ attempt_count: tries }) => tries },
  { title: 'AGE', value: ({ created_at: at }) => age(at) },
];

export function jobLines(job: Job): Line[] {
  return [
    ['job', job.id],
    ['status', job.status, STYLES[job.status]],
    ['action', job.action],
    ['credential', job.credential_id],
    ['mailbox', job.credential_label],
    ['server', job.host],
    ['task', job.task_id],
    ['source', `${job.source.kind} ${job.source.id}`],
    ['labels', job.labels.join(', ')],
    ['payload', asText(job.payload)],
    ['attempts', `${job.attempt_count} made, ${job.attempts_left} left`],
    ['error', job.last_error_code === null ? null : `${job.last_error_code}: ${job.last_error_detail ?? ''}`],
    ['error at', job.last_error_at],
    ['waits for', job.waiting_on],
    ['waits until', job.waiting_until],
    ['next attempt', job.next_attempt_at],
    [
      'resolution',
      job.resolution === null ? null : `${job.resolution.kind} by ${job.resolution.by}: ${job.resolution.note ?? ''}`,
    ],
    ['warning', job.outcome_unknown ? 'an attempt may have changed the mailbox without a confirmation' : null],
    ['result', asText(job.result)],
    ['created', job.created_at],
    ['finished', job.finished_at],
    ['possible now', job.allowed_commands.join(', ')],
    ['version', job.version],
  ];
}

/** Why a job failed, who must act, and what to do next. */
export function whyLines(failure: Schemas['Failure']): Line[] {
  return [
    ['why', `${failure.title}. ${failure.explanation}`],
    ['who', WHO[failure.who]],
    ['next step', failure.next_step],
    ['attempts', failure.max_attempts === null ? 'without limit' : `at most ${count(failure.max_attempts)} in all`],
  ];
}

/** `2026-11-29T07:00:00.000Z  attempt_failed  auth_failed`. */
export function eventLine({ at, type, actor, data }: Schemas['Event']): string {
  return `${at}  ${type.padEnd(20)}  ${actor.kind} ${actor.id}  ${asText(data)}`;
}

export const EVENT_COLUMNS: readonly Column<Schemas['Event']>[] = [
  { title: 'AT', value: ({ at }) => at },
  { title: 'EVENT', value: ({ type }) => type, least: 12 },
  { title: 'ACTOR', value: ({ actor }) => `${actor.kind} ${actor.id}`, least: 8 },
  { title: 'DATA', value: ({ data }) => asText(data), least: 8 },
];
