/** The draft of an edited job, and the changes of its request. */
import type { Input, Schemas } from '../../../client/index.ts';

export type Draft = {
  readonly payload: string;
  readonly priority: string;
  readonly labels: string;
  readonly attempts: string;
};
type Changes = Input<'updateJob'>['body'];

/** One label in each line, because a label may contain a comma. */
export const draftOf = ({ payload, priority, labels, max_attempts }: Schemas['Job']): Draft => ({
  payload: JSON.stringify(payload, null, 2),
  priority: String(priority),
  labels: labels.join('\n'),
  attempts: max_attempts === null ? '' : String(max_attempts),
});

export type Judged =
  | { readonly kind: 'changes'; readonly changes: Changes }
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly field: keyof Draft; readonly problem: string };

const WHOLE = /^-?\d{1,9}$/;

/**
 * The fields that differ from the job. The service checks the values; only values that cannot be sent are refused here.
 */
export function changesOf(draft: Draft, job: Schemas['Job']): Judged {
  const before = draftOf(job);
  const isChanged = (field: keyof Draft): boolean => draft[field].trim() !== before[field].trim();
  const changes: Record<string, unknown> = {};
  if (isChanged('payload')) {
    const payload = parsed(draft.payload);
    if (payload === undefined) return { kind: 'wrong', field: 'payload', problem: 'This is not a JSON object.' };
    changes.payload = payload;
  }
  if (isChanged('priority')) {
    if (!WHOLE.test(draft.priority.trim()))
      return { kind: 'wrong', field: 'priority', problem: 'This is not a whole number.' };
    changes.priority = Number(draft.priority);
  }
  if (isChanged('labels'))
    changes.labels = draft.labels
      .split('\n')
      .map((label) => label.trim())
      .filter((label) => label !== '');
  if (isChanged('attempts')) {
    const attempts = draft.attempts.trim();
    if (attempts !== '' && !WHOLE.test(attempts))
      return { kind: 'wrong', field: 'attempts', problem: 'This is not a whole number.' };
    changes.max_attempts = attempts === '' ? null : Number(attempts);
  }
  if (Object.keys(changes).length === 0) return { kind: 'none' };
  // The service knows which payloads are valid.
  return { kind: 'changes', changes: JSON.parse(JSON.stringify(changes)) };
}

/** An object that JSON describes; undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
