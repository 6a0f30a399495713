/**
 * The maximum number of updates (PATCH) of one job, task, credential or webhook endpoint. Its stream keeps every
 * update forever. Recovery commands (retry, trigger, resolve, rotate, test, pause, resume, delete) and events of
 * workers are not counted.
 */
export const MAX_CHANGES = 1_000;

const COUNTED: ReadonlySet<string> = new Set([
  'JobUpdated',
  'TaskUpdated',
  'CredentialUpdated',
  'WebhookEndpointUpdated',
]);

/** Whether an event of this type would exceed the maximum number of updates. */
export const exceedsChanges = ({ changes }: { readonly changes: number }, type: string): boolean =>
  COUNTED.has(type) && changes >= MAX_CHANGES;
