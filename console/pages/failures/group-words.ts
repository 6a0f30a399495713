/** The texts about a failure group. */
import type { Schemas } from '../../../client/index.ts';
import { age } from '../../dates/age.ts';

type Group = Schemas['FailureGroup'];

export const NO_SERVER = 'server not known';

/** How long the group stays muted, as a clause; null if it asks for attention. `now` in ms. */
export function muteWords({ muted, muted_until: until }: Pick<Group, 'muted' | 'muted_until'>, now: number) {
  if (!muted) return null;
  if (until === null) return 'muted until somebody unmutes it';
  // When the time is over, the service keeps the group muted until a job fails.
  return Date.parse(until) > now ? `muted for ${age(until, now).replace(/^in /, '')}` : 'muted until a job fails again';
}
