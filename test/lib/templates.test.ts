/**
 * The templates of the stage `prod` with a hosted console and a network, so that a review shows the effect of a change
 * on the infrastructure. After an intended change: `npx vitest run test/lib/templates.test.ts -u`, and commit the files with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { newApp } from './synthesized.ts';

const { app, state, network, service, console } = newApp({
  consoleHosting: 'on',
  consoleClient: 'console',
  natGateways: '2',
});
const { directory } = app.synth();
const templateSchema = z.object({
  Resources: z.record(z.string(), z.record(z.string(), z.unknown())),
  Outputs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

const templateOf = (file: string) => templateSchema.parse(JSON.parse(readFileSync(join(directory, file), 'utf8')));

/** A template without the values that change with every release: hashes of code, ids of versions, notes of CDK. */
function readable(file: string): string {
  const { Resources, Outputs } = templateOf(file);
  const resources = Object.entries(Resources).map(([id, { Metadata: _notes, ...resource }]) => [id, resource] as const);
  const text = JSON.stringify({ Resources: Object.fromEntries(resources), Outputs }, null, 1);
  return `${text.replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1').replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')}\n`;
}

test.each([
  ['state', state.templateFile],
  ['network', network?.templateFile ?? ''],
  ['service', service.templateFile],
  ['console', console?.templateFile ?? ''],
])('the template of the %s stack equals the reviewed snapshot', async (name, file) => {
  await expect(readable(file)).toMatchFileSnapshot(`templates/${name}.snap`);
});

test('the outputs name the tables, the key, the queues and the topic, which commands of operators need', () => {
  const named = [state, service].flatMap(({ templateFile }) =>
    Object.entries(templateOf(templateFile).Outputs).flatMap(([name, output]) => ('Export' in output ? [] : [name])),
  );
  expect(named.toSorted()).toEqual([
    'AlarmTopicArn',
    'ApiUrl',
    'BulkQueueUrl',
    'DataKeyId',
    'EventsTable',
    'LeasesTable',
    'MailTable',
    'PriorityQueueUrl',
    'SecretsTable',
    'ViewsTable',
    'WorkQueueUrl',
  ]);
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const variables = [...page.matchAll(/\b([A-Z_]+_(?:TABLE|QUEUE_URL))=your-/g)].map(([, name]) => name);
  const given = named.map((name) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase());
  expect(variables.length).toBeGreaterThan(5);
  expect(variables.filter((name) => name !== 'NEW_VIEWS_TABLE' && !given.includes(name ?? ''))).toEqual([]);
});
