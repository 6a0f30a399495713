/** The types generated from the document, as the author of a client uses them: with TypeScript 5, strict. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { typesOf } from '../../../functions/api/openapi/types.ts';
import { readDocument } from '../../fixtures/api-document.ts';
import { compilerErrors } from '../../fixtures/typescript-5.ts';

const FILE = fileURLToPath(new URL('../../../client/schema.ts', import.meta.url));

it('the committed types are those of the committed document', async () => {
  const fresh = await typesOf(readDocument().root);
  expect(readFileSync(FILE, 'utf8') === fresh, 'run `npm run openapi` and commit client/schema.ts').toBe(true);
});

const HEAD = `import type { components, operations } from './schema.ts';
type Schemas = components['schemas'];
type Task = operations['createTask']['requestBody']['content']['application/json'];
type Endpoint = operations['createWebhookEndpoint']['requestBody']['content']['application/json'];
type Logs = operations['searchLogs']['requestBody'];
const target_credential_id = 'pc_01jd0000000000000000000000';
`;
const task = (type: string, payload: string) =>
  `export const task: Task = { task_type: '${type}', target_credential_id, payload: ${payload} };`;
const DATA = `['responses'][200]['content']['application/json']['data']`;

const GOOD: Readonly<Record<string, string>> = {
  'a sync of one folder': task('imap_sync_messages', "{ folder: 'INBOX' }"),
  'a payload alone': "export const payload: Schemas['SyncMessagesPayload'] = { folder: 'INBOX' };",
  'a sync without a payload': "export const task: Task = { task_type: 'imap_sync_mailboxes', target_credential_id };",
  'a move by UIDs': task('imap_move_messages', "{ folder: 'INBOX', uid_validity: 7, uids: [1], target_folder: 'Old' }"),
  'a move by email ids': task('imap_move_messages', "{ email_ids: ['eml_1'], target_folder: 'Old' }"),
  'an endpoint':
    "export const endpoint: Endpoint = { provider: 'nylas', target: { match: 'external_ref' }, action: 'imap_sync_mailboxes' };",
  'counts by name': `export const failed = (stats: operations['jobStats']${DATA}): number => stats.by_status.failed;`,
  'a field of a reply that has a default':
    "export const refused = (r: Schemas['SyncMessagesResult']): number => r.refused.length;",
  'an action of the audit':
    "export const logs: Logs = { content: { 'application/json': { filter: { action: 'job_deleted' } } } };",
};

const BAD: Readonly<Record<string, string>> = {
  'a mistyped field of a payload': task('imap_sync_messages', "{ foldr: 'INBOX' }"),
  'a payload of another action': task('imap_sync_mailboxes', "{ folder: 'INBOX' }"),
  'a move without a target': task('imap_move_messages', "{ email_ids: ['eml_1'] }"),
  'a move without a payload': "export const task: Task = { task_type: 'imap_move_messages', target_credential_id };",
  'email ids for an endpoint':
    "export const endpoint: Endpoint = { provider: 'nylas', target: { match: 'username' }, action: 'imap_set_flags', payload: { email_ids: ['eml_1'] } };",
  'a status that nothing counts': `export const failed = (stats: operations['jobStats']${DATA}): number => stats.by_status.faild;`,
  'a mistyped action of the audit':
    "export const logs: Logs = { content: { 'application/json': { filter: { action: 'job_delete' } } } };",
  'a status of jobs that is none': "export const status: Schemas['JobStatus'] = 'done';",
};

describe('a client', () => {
  const good = Object.entries(GOOD).map(([name, source], at) => ({ name, file: `good-${at}.ts`, source }));
  const bad = Object.entries(BAD).map(([name, source], at) => ({ name, file: `bad-${at}.ts`, source }));
  const errors = compilerErrors(FILE, new Map([...good, ...bad].map(({ file, source }) => [file, HEAD + source])));

  it('compiles with the types', () => {
    expect(errors.get('schema.ts')).toEqual([]);
    expect([...errors.keys()]).toHaveLength(1 + good.length + bad.length);
  });

  it.each(good)('may send or read $name', ({ file }) => {
    expect(errors.get(file)).toEqual([]);
  });

  it.each(bad)('is refused by the compiler for $name', ({ file }) => {
    expect(errors.get(file)).toHaveLength(1);
  });
});
