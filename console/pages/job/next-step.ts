/** What the catalogue's entry of a failure means for the next button of its job. */
import type { Schemas } from '../../../client/index.ts';

/**
 * `wait`: it is tried again by itself. `rotate`: a new secret. `connection`: host, port, security. `sync`: read the mailbox
 * again, then resolve. `payload`: correct what it was asked to do. `report`: tell the makers. `retry`: try again when the
 * person who must act has acted.
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
