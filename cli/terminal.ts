/** Questions to the person at the terminal. They go to stderr, so that stdout is data only. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Interrupted, UsageError } from './errors.ts';

/** Whether somebody can be asked. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** The answer to a question. Throws Interrupted for Ctrl-C, and at the end of the input. */
export async function answerTo(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await interruptible(lines, question);
  } finally {
    lines.close();
  }
}

/** Asks for a secret. What is typed is not shown. Throws UsageError without a terminal. */
export async function secretFor(name: string, stdinOption: string): Promise<string> {
  if (!hasTerminal()) throw new UsageError(`There is no terminal to ask for ${name}. Pipe it in with ${stdinOption}.`);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // This turns off the echo of the terminal. It comes before the question, so that a quick answer is hidden too.
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${name}: `);
  try {
    return await interruptible(lines, '');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** Everything on standard input, without the newline at its end. */
export async function standardInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function interruptible(lines: ReturnType<typeof createInterface>, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Interrupted('interrupted'));
    lines.on('SIGINT', end);
    lines.on('close', end);
    lines.question(question).then(resolve, reject);
  });
}
