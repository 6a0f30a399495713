import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Supervisor, supervise } from '../../../local/dev/supervisor.ts';

/**
 * A program that replaces the stack: it records its requests, and answers a reload with the content of the file
 * `answer`.
 */
const PROGRAM = `
import { appendFileSync, readFileSync } from 'node:fs';
const [folder] = process.argv.slice(2);
const note = (what) => appendFileSync(folder + '/notes', what + ' ');
note('start');
process.on('disconnect', () => { note('end'); process.exit(0); });
process.on('message', (message) => {
  note(message);
  const answer = readFileSync(folder + '/answer', 'utf8');
  if (answer === 'exit') process.exit(1);
  process.send(answer);
});
process.send('ready');
`;

let folder: string;
let stack: Supervisor;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  appendFileSync(join(folder, 'notes'), '');
  lines = [];
  stack = supervise(join(folder, 'program.mjs'), [folder], (line) => void lines.push(line));
});
afterEach(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const notes = (): string => readFileSync(join(folder, 'notes'), 'utf8').trim();
const answers = (answer: string): void => writeFileSync(join(folder, 'answer'), answer);

it('changed functions are loaded by the running process', async () => {
  answers('reloaded');
  await stack.changed('functions');
  expect(notes()).toBe('start reload');
});

it('functions that do not build leave the process as it is', async () => {
  answers('kept');
  await stack.changed('functions');
  expect(notes()).toBe('start reload');
  expect(lines).toEqual(['The previous functions continue.']);
});

it('a process that cannot load the functions is ended, and another one is started', async () => {
  answers('changed');
  await stack.changed('functions');
  expect(notes()).toBe('start reload end start');
});

it('a change of the stack restarts the process, once for all changes meanwhile', async () => {
  answers('reloaded');
  await Promise.all([stack.changed('functions'), stack.changed('stack'), stack.changed('functions')]);
  expect(notes()).toBe('start end start');
});

it('the next change starts a new process if the last one has ended by itself', async () => {
  answers('exit');
  await stack.changed('functions');
  expect(notes()).toBe('start reload start');
});

it('stopping ends the process', async () => {
  answers('reloaded');
  await stack.changed('functions');
  await stack.stop();
  expect(notes()).toBe('start reload end');
});
