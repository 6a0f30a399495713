import { expect, it } from 'vitest';
import { reply, runInProcess } from '../../fixtures/inboxctl-in-process.ts';

it.each([[[]], [['jobs']]])('a command line without a command shows the help and exits with 2: %j', async (args) => {
  const ended = await runInProcess(args, () => reply(200, {}));
  expect(ended).toMatchObject({ code: 2, stdout: '', sent: [] });
  expect(ended.stderr).toContain(`Usage: ${['inboxctl', ...args].join(' ')}`);
});

it('a command line without a command is a problem document for scripts', async () => {
  const ended = await runInProcess(['jobs', '--json'], () => reply(200, {}));
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(ended.stderr)).toMatchObject({ detail: 'Name a command. --help lists them.' });
});
