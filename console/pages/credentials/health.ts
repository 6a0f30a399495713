/** What the status of a credential means, in words. Reasons and next steps come from the catalogue of failures. */
import type { Schemas } from '../../../client/index.ts';
import { age } from '../../dates/age.ts';
import type { State } from '../../status/state.ts';

type Credential = Schemas['Credential'];
type Failure = Schemas['Failure'];

export type Health = State & {
  /** The cause in one sentence; null if there is none. */
  readonly reason: string | null;
};

/** `waiting_jobs` of a credential counts the jobs that wait for one of these. */
export const WAITS_FOR_CREDENTIAL = [
  'credential_suspect',
  'credential_parked',
  'credential_paused',
  'rate_limited',
] as const satisfies readonly Schemas['WaitReason'][];

/** `failure`: the entry of `status_reason` in the catalogue; null if there is none. */
export function healthOf(
  { status, status_reason: code }: Pick<Credential, 'status' | 'status_reason'>,
  failure: Pick<Failure, 'title'> | null,
): Health {
  const reason = failure?.title ?? code;
  switch (status) {
    case 'valid':
      return { tone: 'good', shape: '✓', word: 'Active', reason };
    case 'suspect':
      return { tone: 'warn', shape: '!', word: 'Failed once', reason };
    case 'parked':
      return { tone: 'bad', shape: '✕', word: 'Paused by failures', reason };
    case 'paused':
      return { tone: 'active', shape: '‖', word: 'Paused by an operator', reason };
    case 'unverified':
      return reason === null
        ? { tone: 'idle', shape: '○', word: 'Not used yet', reason: 'It is active after its first login.' }
        : { tone: 'bad', shape: '✕', word: 'Test failed', reason };
    default:
      // A newer service may have a status that this console does not know.
      return { tone: 'idle', shape: '○', word: status, reason };
  }
}

/** When the system tries a failed credential again, as a sentence; null if it has not failed. `now` in ms. */
export function probeSentence(
  { status, next_probe_at: at }: Pick<Credential, 'status' | 'next_probe_at'>,
  now: number,
): string | null {
  if (status !== 'suspect' && status !== 'parked') return null;
  if (at === null) return 'The system does not try it again: test it, or rotate its secret.';
  return Date.parse(at) > now ? `It is tried again ${age(at, now)}, with one job.` : 'It is being tried again now.';
}

export const waitingSentence = (count: number): string =>
  count === 1 ? '1 job waits for it.' : `${count.toLocaleString()} jobs wait for it.`;

/** The name of the mailbox for people; its id if it has none. */
export const nameOf = ({ label, username_masked, id }: Pick<Credential, 'label' | 'username_masked' | 'id'>): string =>
  label !== null && label !== '' ? label : (username_masked ?? id);

/** `host:port`; null when the fields cannot be read. */
export const serverOf = ({ host, port }: Pick<Credential, 'host' | 'port'>): string | null =>
  host === null ? null : `${host}:${port ?? ''}`;

/** Whether the name was typed. Several spaces count as one, because the page shows them so. */
export const isSameName = (typed: string, name: string): boolean => blanksAsShown(typed) === blanksAsShown(name);

const blanksAsShown = (text: string): string => text.trim().replace(/\s+/g, ' ');
