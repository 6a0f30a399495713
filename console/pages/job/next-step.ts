/** The next button of a failed job, by the entry of its failure in the catalogue. */
import type { Schemas } from '../../../client/index.ts';

/**
 * `wait`: the system tries it again. `rotate`: a new secret. `connection`: host, port, security. `sync`: read the
 * mailbox again, then resolve. `payload`: correct the payload. `report`: report it to the makers. `retry`: try again
 * after the responsible person has acted.
 */
export type NextStep = 'wait' | 'rotate' | 'connection' | 'sync' | 'payload' | 'report' | 'retry';

const LOGIN: readonly Schemas['FailureCategory'][] = ['authentication', 'authorization'];

export function nextStepOf({ category, who, scope }: Pick<Schemas['Failure'], 'category' | 'who' | 'scope'>): NextStep {
  if (who === 'nobody') return 'wait';
  if (who === 'us') return 'report';
  if (category === 'not_found' || category === 'conflict') return 'sync';
  if (category === 'payload') return 'payload';
  if (category === 'configuration') return 'connection';
  if (who === 'operator') return scope === 'job' ? 'retry' : 'connection';
  return LOGIN.includes(category) && scope === 'credential' ? 'rotate' : 'retry';
}
