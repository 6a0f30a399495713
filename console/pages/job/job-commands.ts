/** The commands on a job: their words and their requests. The job itself says which are allowed. */
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';

export type CommandName = Schemas['JobCommand'];

type Words = {
  readonly label: string;
  /** What it does, for the dialog. */
  readonly effect: string;
  /** How the API names the text that a person may give. */
  readonly text: 'note' | 'reason' | null;
  readonly key: 'r' | 't' | 'e' | null;
};

/** In the order of the buttons. */
export const COMMANDS: Readonly<Record<CommandName, Words>> = {
  retry: {
    label: 'Retry',
    effect: 'The job gets all its attempts again. It starts as soon as nothing keeps it from starting.',
    text: 'reason',
    key: 'r',
  },
  trigger: {
    label: 'Run now',
    effect: 'One attempt starts now, even if the job waits for something.',
    text: 'reason',
    key: 't',
  },
  resolve: {
    label: 'Resolve with note',
    effect: 'The job does not run any more. It can be reopened.',
    text: 'note',
    key: 'e',
  },
  reopen: { label: 'Reopen', effect: 'The job becomes failed again. It does not run.', text: 'reason', key: null },
  update: {
    label: 'Edit',
    effect: 'Only changed fields are sent. The task of the job stays as it is.',
    text: null,
    key: null,
  },
  cancel: {
    label: 'Cancel',
    effect: 'The job ends without success. If it is running, its worker stops within about 13 seconds.',
    text: 'reason',
    key: null,
  },
  delete: {
    label: 'Delete',
    effect: 'The job is removed from all lists, searches and counts. The audit keeps its entries.',
    text: 'reason',
    key: null,
  },
};

export const COMMAND_NAMES = ['retry', 'trigger', 'resolve', 'reopen', 'update', 'cancel', 'delete'] as const;

/** The longest reason or note that the API takes, in characters. */
export const MAX_TEXT = 500;

export type Sending = {
  readonly job: string;
  /** The version that the person has seen. The service refuses the command for another version. */
  readonly version: number;
  readonly idempotencyKey: string;
  /** The text that the person wrote; empty: none. */
  readonly text: string;
};

/** Sends the command. Returns the job after it; null when it was deleted. */
export async function sendCommand(
  name: Exclude<CommandName, 'update'>,
  { job, version, idempotencyKey, text }: Sending,
): Promise<Schemas['Job'] | null> {
  const request = { job_id: job, ifMatch: version, idempotencyKey };
  const words = text.trim();
  const reason = words === '' ? {} : { reason: words };
  switch (name) {
    case 'retry':
      return (await api.jobs.retry({ ...request, body: reason })).data;
    case 'trigger':
      return (await api.jobs.trigger({ ...request, body: reason })).data;
    case 'cancel':
      return (await api.jobs.cancel({ ...request, body: reason })).data;
    case 'reopen':
      return (await api.jobs.reopen({ ...request, body: reason })).data;
    case 'resolve':
      return (await api.jobs.resolve({ ...request, body: words === '' ? {} : { note: words } })).data;
    case 'delete':
      await api.jobs.delete({ ...request, ...reason });
      return null;
  }
}
