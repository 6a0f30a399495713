/** The values in the form of a task, and the fields that differ from the task. The service checks the values. */
import type { Input, Schemas } from '../../../client/index.ts';
import { scheduleWords } from './schedule-words.ts';

type Task = Schemas['Task'];

export type TaskDraft = {
  readonly payload: object;
  readonly priority: number | string;
  readonly labels: readonly string[];
  readonly schedule: Task['schedule'];
};

export const draftOfTask = ({ payload, priority, labels, schedule }: Task): TaskDraft => ({
  payload,
  priority,
  labels,
  schedule,
});

export const EMPTY_DRAFT: TaskDraft = { payload: {}, priority: 0, labels: [], schedule: null };

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** Throws an Error with a sentence for people if the payload is no JSON object. */
export function draftOfForm(form: FormData): TaskDraft {
  const priority = textOf(form, 'priority');
  return {
    payload: payloadOf(textOf(form, 'payload')),
    priority: /^-?\d+$/.test(priority) ? Number(priority) : priority,
    labels: textOf(form, 'labels')
      .split('\n')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
    schedule: scheduleOf(form),
  };
}

function payloadOf(typed: string): object {
  if (typed === '') return {};
  try {
    const value: unknown = JSON.parse(typed);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The error below covers this case too.
  }
  throw new Error('The payload must be a JSON object, such as {"folder": "INBOX"}.');
}

function scheduleOf(form: FormData): Task['schedule'] {
  switch (textOf(form, 'kind')) {
    case 'every':
      return { every: textOf(form, 'every') };
    case 'cron':
      return { cron: textOf(form, 'cron'), time_zone: textOf(form, 'time_zone') };
    default:
      return null;
  }
}

/** JSON text that is equal for equal values, in any order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([one], [other]) => (one < other ? -1 : 1)))
      : held,
  );
}

const FIELDS = ['payload', 'priority', 'labels', 'schedule'] as const;

export type Change = { readonly name: string; readonly before: string; readonly after: string };

const changedFields = (before: TaskDraft, after: TaskDraft) =>
  FIELDS.filter((name) => canonical(before[name]) !== canonical(after[name]));

/** The differences, in words. */
export const changesOf = (before: TaskDraft, after: TaskDraft): readonly Change[] =>
  changedFields(before, after).map((name) => ({ name, before: shown(before, name), after: shown(after, name) }));

function shown(draft: TaskDraft, name: (typeof FIELDS)[number]): string {
  switch (name) {
    case 'schedule':
      return scheduleWords(draft.schedule);
    case 'labels':
      return draft.labels.length === 0 ? 'none' : draft.labels.join(', ');
    case 'priority':
      return String(draft.priority);
    case 'payload':
      return JSON.stringify(draft.payload);
  }
}

/** The body of the change. It holds only the fields that differ, because a given field replaces the old one. */
export const updateBodyOf = (before: TaskDraft, after: TaskDraft): Input<'updateTask'>['body'] =>
  JSON.parse(JSON.stringify(Object.fromEntries(changedFields(before, after).map((name) => [name, after[name]]))));

/** The body of a new task. The service adds its own defaults, and reports missing fields. */
export function newTaskOf(form: FormData): Input<'createTask'>['body'] {
  const draft = draftOfForm(form);
  return JSON.parse(
    JSON.stringify({
      task_type: textOf(form, 'task_type'),
      target_credential_id: textOf(form, 'target_credential_id'),
      ...draft,
    }),
  );
}
