/** Writes the reference of inboxctl into docs/inboxctl.md, below the marker. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createProgram } from '../cli/program.ts';
import { reference } from '../cli/reference.ts';

const FILE = new URL('../docs/inboxctl.md', import.meta.url);
const MARKER = '<!-- Written by `npm run inboxctl-reference`. -->\n';

const [introduction = ''] = readFileSync(FILE, 'utf8').split(MARKER);
writeFileSync(FILE, `${introduction}${MARKER}\n${reference(createProgram().program)}\n`);
