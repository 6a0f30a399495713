#!/usr/bin/env node
import type { Writable } from 'node:stream';
import { locksReleased } from './configuration/lock.ts';
import { runCommandLine } from './program.ts';

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.stderr.on('error', () => undefined);

/** Resolves when all output is written: `process.exit` would lose the rest of a full pipe. */
const written = (stream: Writable): Promise<void> => new Promise((resolve) => stream.write('', () => resolve()));

runCommandLine(process.argv.slice(2)).then(async (code) => {
  // A renewal of the sign-in must be finished, because the old refresh token cannot be used again.
  await locksReleased();
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(code);
});
