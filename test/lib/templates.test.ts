/**
 * The templates of the stage `prod` with a hosted console, so that a review shows the effect of a change on the
 * infrastructure. After an intended change: `npx vitest run test/lib/templates.test.ts -u`, and commit the files with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { newApp } from './synthesized.ts';

const { app, state, service, console } = newApp({ consoleHosting: 'on', consoleClient: 'console' });
const { directory } = app.synth();
const templateSchema = z.object({
  Resources: z.record(z.string(), z.record(z.string(), z.unknown())),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

/** A template without the values that change with every release: hashes of code, ids of versions, notes of CDK. */
function readable(file: string): string {
  const { Resources, Outputs } = templateSchema.parse(JSON.parse(readFileSync(join(directory, file), 'utf8')));
  const resources = Object.entries(Resources).map(([id, { Metadata: _notes, ...resource }]) => [id, resource] as const);
  const text = JSON.stringify({ Resources: Object.fromEntries(resources), Outputs }, null, 1);
  return `${text.replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1').replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')}\n`;
}

test.each([
  ['state', state.templateFile],
  ['service', service.templateFile],
  ['console', console?.templateFile ?? ''],
])('the template of the %s stack equals the reviewed snapshot', async (name, file) => {
  await expect(readable(file)).toMatchFileSnapshot(`templates/${name}.snap`);
});
