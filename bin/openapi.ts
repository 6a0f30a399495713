import { readFileSync, writeFileSync } from 'node:fs';
import { generate } from '../functions/api/openapi/generate.ts';
import { typesOf } from '../functions/api/openapi/types.ts';

const root = new URL('../', import.meta.url);
const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const document = generate(version);
writeFileSync(new URL('functions/api/openapi/openapi.json', root), `${JSON.stringify(document, null, 2)}\n`);
writeFileSync(new URL('client/schema.ts', root), await typesOf(document));
