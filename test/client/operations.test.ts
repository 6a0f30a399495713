import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createClient } from '../../client/index.ts';
import { OPERATIONS } from '../../client/operations.ts';
import { operationsOf } from '../../functions/api/openapi/client-operations.ts';
import { ROUTES } from '../../functions/http/routes.ts';
import { readDocument } from '../fixtures/api-document.ts';

it('the committed table of operations matches the committed document', () => {
  const committed = readFileSync(new URL('../../client/operations.ts', import.meta.url), 'utf8');
  const isFresh = committed === operationsOf(readDocument().root);
  expect(isFresh, 'run `npm run openapi` and commit client/operations.ts').toBe(true);
});

it('every operation of the API is one method of the client', async () => {
  const sent: string[] = [];
  const client = createClient({
    url: 'http://127.0.0.1',
    token: 'a',
    fetch: async (address, init) => {
      const path = new URL(String(address)).pathname.replaceAll('id_1', '*');
      sent.push(`${init?.method} ${path}`);
      return new Response('{}', { headers: { 'content-type': 'application/json' } });
    },
  });
  for (const resource of Object.values(client))
    for (const [name, method] of Object.entries(resource)) if (name !== 'waitFor') await callWithIds(method);
  const expected = ROUTES.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '*')}`);
  expect(sent.toSorted()).toEqual(expected.toSorted());
  expect(Object.keys(OPERATIONS)).toHaveLength(expected.length);
});

/** Calls the method with the ids that it asks for, one after the other. */
async function callWithIds(method: unknown): Promise<void> {
  if (typeof method !== 'function') throw new Error('no method');
  const input: Record<string, string> = {};
  for (let tries = 0; tries < 5; tries += 1) {
    const missing = await method({ ...input }).then(
      () => null,
      (error: unknown) => /^(\w+) is missing$/.exec(error instanceof Error ? error.message : '')?.[1] ?? String(error),
    );
    if (missing === null) return;
    input[missing] = 'id_1';
  }
  throw new Error(`more is missing than ${Object.keys(input)}`);
}
