/** The document describes the actual answers to refused commands on jobs. */
import { describe, expect, it } from 'vitest';
import { generate } from '../../../functions/api/openapi/generate.ts';
import {
  decideCommand,
  JOB_COMMANDS,
  type JobCommand,
  type JobCommandName,
} from '../../../functions/domain/job/commands.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { JOB_STATUSES, type JobStatus } from '../../../functions/domain/job/job.ts';
import { PROBLEMS } from '../../../functions/domain/problem/catalogue.ts';
import { allowedCommands } from '../../../functions/domain/role/judge-command.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from '../../domain/job/job-stream.ts';
import { documentOf } from '../../fixtures/api-document.ts';

const document = documentOf(generate('0.0.0'));
const LATER = iso(T0 + 3_600_000);
const LIVES: Readonly<Record<JobStatus | 'copied', readonly JobEvent[]>> = {
  scheduled: [requested({ run_at: LATER })],
  queued: [requested()],
  running: [requested(), started()],
  retrying: [requested(), started(), failedWith('connection_closed', LATER)],
  succeeded: [requested(), started(), succeeded],
  copied: [requested({ action: 'imap_copy_messages' }), started(), succeeded],
  failed: [requested(), started(), failedWith('auth_failed', null)],
  resolved: [requested(), { type: 'JobResolved', data: { note: null } }],
};
const COMMANDS: Readonly<Record<JobCommandName, JobCommand>> = {
  retry: { name: 'retry', reason: null },
  trigger: { name: 'trigger', reason: null, force: false },
  cancel: { name: 'cancel', reason: null },
  resolve: { name: 'resolve', note: null },
  reopen: { name: 'reopen', reason: null },
  update: { name: 'update', changes: { run_at: null } },
  delete: { name: 'delete', reason: null, force: false },
};

const jobs = Object.values(LIVES).flatMap((events) => foldJob(stream(events)) ?? []);

const refused = jobs.flatMap((job) =>
  JOB_COMMANDS.flatMap((command) => {
    const decision = decideCommand(job, COMMANDS[command], true);
    if (decision.kind === 'accepted') return [];
    return [
      {
        action: job.action,
        status: job.status,
        command,
        code: decision.code,
        allowed: allowedCommands('owner', job, true),
      },
    ];
  }),
);

/** A reply with this code, as the document describes it. */
const example = (code: string): Record<string, unknown> =>
  Object(document.resolved({ $ref: `#/components/examples/problem.${code}` }).value);

it('every refusal of a job because of its status occurs in this test', () => {
  expect(new Set(jobs.map(({ status }) => status))).toEqual(new Set(JOB_STATUSES));
  expect(new Set(refused.map(({ code }) => code))).toEqual(
    new Set(Object.keys(PROBLEMS).filter((code) => code.startsWith('job_'))),
  );
});

describe.each(refused)(
  '$code, the answer to $command of a job ($action) that is $status',
  ({ status, code, allowed }) => {
    const { job_status: _status, allowed_commands: _allowed, ...common } = example(code);

    it('is valid with the status and the allowed commands, and only with both', () => {
      const reply = { ...common, job_status: status, allowed_commands: allowed };
      expect(document.errors('#/components/schemas/Problem', reply)).toEqual([]);
      expect(document.errors('#/components/schemas/Problem', common)).not.toEqual([]);
    });

    it('has an example of such a reply', () => {
      const { job_status: shownStatus, allowed_commands: shown } = example(code);
      expect(
        refused.filter((each) => each.code === code).map((each) => ({ status: each.status, allowed: each.allowed })),
      ).toContainEqual({ status: shownStatus, allowed: shown });
    });
  },
);
