import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { commandLine } from '../../local/command-line.ts';

test.each([
  ['by /proc', '/proc'],
  ['by ps where there is no /proc', '/nowhere'],
])('the command line of a process is found %s, and is empty when the process has ended', async (_way, proc) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'with space', 'last'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  expect(commandLine(pid, proc)).toBe(`${process.execPath} -e setInterval(() => {}, 1000) with space last`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(commandLine(pid, proc)).toBe('');
});
