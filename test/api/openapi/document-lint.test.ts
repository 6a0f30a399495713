/**
 * Checks the document with the recommended rules of a public linter. It reads only the document and calls no other
 * host.
 */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, it } from 'vitest';
import { readDocument, type Schema } from '../../fixtures/api-document.ts';

/** Rules that are not followed, each with the reason. */
const EXCEPTIONS = {
  'info-license': 'The project is private and has no licence that the document could name.',
} as const;

async function problemsOf(document: Schema, rules: Readonly<Record<string, 'off'>>): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'], rules });
  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config });
  return found.map(({ ruleId, message, location: [at] }) => `${ruleId} ${at?.pointer ?? ''}: ${message}`);
}

const { root } = readDocument();
const off = Object.fromEntries(Object.keys(EXCEPTIONS).map((rule) => [rule, 'off' as const]));

it('the document follows every recommended rule except the named ones', async () => {
  expect(await problemsOf(root, off)).toEqual([]);
});

it('every exception from the lint rules is still needed', async () => {
  const broken = (await problemsOf(root, {})).map((problem) => problem.split(' ')[0]);
  expect([...new Set(broken)]).toEqual(Object.keys(EXCEPTIONS));
});

it.each([
  ['an operation without an id', 'operation-operationId', { operationId: undefined }],
  ['an operation without a summary', 'operation-summary', { summary: undefined }],
  ['a security scheme that is not defined', 'security-defined', { security: [{ nothing: [] }] }],
])('%s is found', async (_, rule, change) => {
  const path = '/api/jobs/{job_id}';
  const item = Object(Object(root.paths)[path]);
  const paths = { ...Object(root.paths), [path]: { ...item, get: { ...item.get, ...change } } };
  expect((await problemsOf({ ...root, paths }, off)).join('\n')).toContain(rule);
});
