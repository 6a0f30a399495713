#!/usr/bin/env node
import { runCommandLine } from './program.ts';

// A reader that has seen enough (`| head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

runCommandLine(process.argv.slice(2)).then((code) => process.exit(code));
