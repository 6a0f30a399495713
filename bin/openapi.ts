import { readFileSync, writeFileSync } from 'node:fs';
import { generate } from '../functions/api/document/generate.ts';

const root = new URL('../', import.meta.url);
const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
writeFileSync(new URL('functions/api/document/openapi.json', root), `${JSON.stringify(generate(version), null, 2)}\n`);
