/** The names of bulk operations, the number of their jobs in words, and the text that confirms a deletion. */
import type { Schemas } from '../../client/index.ts';
import { duration } from '../dates/age.ts';

export type BulkAction = Schemas['BulkOperation']['action'];
export type Count = Pick<Schemas['BulkDryRun'], 'matched' | 'matched_is_exact'>;

/** As many as the service takes from a member. An address with more ids would be too long. */
export const MAX_NAMED = 100;
export const DEFAULT_RATE = 50;
export const MAX_RATE = 500;
/** To delete more jobs than this, their number must be typed. */
const TYPED_FROM = 1_000;
const TYPED_SENTENCE = 'delete all that match';

export const BULK_ACTIONS: readonly BulkAction[] = ['retry', 'resolve', 'trigger', 'cancel', 'delete'];

const WORDS: Readonly<Record<BulkAction, readonly [before: string, after: string]>> = {
  retry: ['Retry', ''],
  resolve: ['Resolve', ''],
  trigger: ['Run', ' now'],
  cancel: ['Cancel', ''],
  delete: ['Delete', ''],
};

/** `Run now`; with an object, `Run 3 jobs now`. */
export function bulkActionWords(action: BulkAction, object = ''): string {
  const [before, after] = WORDS[action];
  return `${before}${object === '' ? '' : ` ${object}`}${after}`;
}

/**
 * The number of jobs in words. The service counts among the first jobs that it examines: if there are more, the number
 * is a lower bound.
 */
export function jobsWords({ matched, matched_is_exact: isExact }: Count): string {
  if (matched === 0) return isExact ? 'no job' : 'all jobs that match';
  return `${isExact ? '' : 'at least '}${matched.toLocaleString('en')} ${matched === 1 ? 'job' : 'jobs'}`;
}

/** How long the operation takes, at `rate` jobs in a second. */
export function paceWords({ matched, matched_is_exact: isExact }: Count, rate: number): string {
  return `${isExact ? 'about' : 'at least'} ${duration(Math.max(1_000, (matched / rate) * 1_000))}`;
}

/** The text that must be typed before the operation can be started; null: none. */
export function typedConsent(action: BulkAction, { matched, matched_is_exact: isExact }: Count): string | null {
  if (action !== 'delete') return null;
  if (!isExact) return TYPED_SENTENCE;
  return matched > TYPED_FROM ? matched.toLocaleString('en') : null;
}

/** Whether the text is the one to be typed. A number may be typed without its commas. */
export function isTyped(text: string, consent: string | null): boolean {
  const plain = (each: string): string => each.trim().toLowerCase().replaceAll(',', '');
  return consent === null || plain(text) === plain(consent);
}
