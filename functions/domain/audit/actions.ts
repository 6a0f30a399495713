/** The name of an audit entry's action: the event type in snake case. */
import * as z from 'zod';
import type { AccountEvent } from '../account/account.ts';
import type { BulkEvent } from '../bulk/events.ts';
import type { CredentialEvent } from '../credential/events.ts';
import type { FailureGroupEvent } from '../failure-group/failure-group.ts';
import type { JobEvent } from '../job/events.ts';
import type { TaskEvent } from '../task/task.ts';
import type { DeliveryEvent } from '../webhook/delivery.ts';
import type { WebhookEvent } from '../webhook/endpoint.ts';
import type { SampleEvent } from '../webhook/sample.ts';
import type { SilenceEvent } from '../webhook/silence.ts';

type AnyEvent =
  | AccountEvent
  | BulkEvent
  | CredentialEvent
  | DeliveryEvent
  | FailureGroupEvent
  | JobEvent
  | SampleEvent
  | SilenceEvent
  | TaskEvent
  | WebhookEvent;

/**
 * Whether events of a type may be written with `audited`. The record lists all types, so that each new one needs a
 * decision.
 */
const IS_AUDITED: Readonly<Record<AnyEvent['type'], boolean>> = {
  AccountPaused: true,
  AccountResumed: true,
  AccountErased: true,
  BulkRequested: true,
  BulkChunkSelected: false,
  BulkViewsAwaited: false,
  BulkChunkApplied: false,
  BulkAbortRequested: true,
  BulkFinished: true,
  CredentialAdded: true,
  CredentialVerified: true,
  CredentialTestFailed: true,
  CredentialRefused: true,
  CredentialTrialStarted: true,
  CredentialProbeStarted: true,
  CredentialPaused: true,
  CredentialResumed: true,
  CredentialUpdated: true,
  CredentialRateLimited: true,
  CredentialRotated: true,
  CredentialDeleted: true,
  DeliveryReceived: false,
  DeliveryRefused: false,
  DeliveryHandled: false,
  FailureGroupMuted: true,
  FailureGroupUnmuted: true,
  JobRequested: true,
  DeliveriesFolded: false,
  JobReleased: false,
  AttemptStarted: false,
  MutationPlanned: false,
  AttemptYielded: false,
  AttemptSucceeded: false,
  AttemptFailed: false,
  AttemptAbandoned: false,
  HoldExpired: false,
  JobRefused: true,
  JobPostponed: false,
  JobRetryRequested: true,
  JobTriggered: true,
  JobCancelled: true,
  JobResolved: true,
  JobReopened: true,
  JobUpdated: true,
  JobDeleted: true,
  TaskCreated: true,
  TaskTriggered: true,
  TaskUpdated: true,
  TaskPaused: true,
  TaskResumed: true,
  TaskSuspended: true,
  TaskDeleted: true,
  WebhookEndpointCreated: true,
  WebhookEndpointUpdated: true,
  WebhookSecretRotated: true,
  WebhookEndpointDeleted: true,
  WebhookEndpointTested: true,
  WebhookEndpointFellSilent: true,
  WebhookEndpointHeardAgain: true,
};

/** The action of an event type: `JobDeleted` becomes `job_deleted`. */
export const actionOf = (type: string): string => type.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

export const AUDIT_ACTIONS: readonly string[] = Object.entries(IS_AUDITED)
  .flatMap(([type, isAudited]) => (isAudited ? [actionOf(type)] : []))
  .sort();

/** An action as a request names it. Entries of a later release may have other actions. */
export const auditAction = z.enum(AUDIT_ACTIONS);
