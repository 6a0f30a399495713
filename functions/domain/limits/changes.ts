/**
 * How often one job, task, credential or webhook endpoint may be updated (PATCH) in its life. Its stream keeps every
 * update for good. What recovers it, retry, trigger, resolve, rotate, test, pause, resume and delete, is not counted, and
 * neither is what workers write.
 */
export const MAX_CHANGES = 1_000;

const COUNTED: ReadonlySet<string> = new Set([
  'JobUpdated',
  'TaskUpdated',
  'CredentialUpdated',
  'WebhookEndpointUpdated',
]);

/** Whether an event of this type would be one change too many. */
export const exceedsChanges = ({ changes }: { readonly changes: number }, type: string): boolean =>
  COUNTED.has(type) && changes >= MAX_CHANGES;
