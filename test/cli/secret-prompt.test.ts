import { PassThrough } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import { secretFor } from '../../cli/terminal.ts';

const { stdin } = process;
afterEach(() => {
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  vi.restoreAllMocks();
});

it('the question for a secret is shown only when the terminal has stopped its echo', async () => {
  const happened: string[] = [];
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(isRaw: boolean) {
      happened.push(isRaw ? 'echo off' : 'echo on');
      return terminal;
    },
  });
  Object.defineProperty(process, 'stdin', { value: terminal, configurable: true });
  const { isTTY } = process.stderr;
  process.stderr.isTTY = true;
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    happened.push(String(text));
    return true;
  });
  const answer = secretFor('Password', '--secret-stdin');
  process.stderr.isTTY = isTTY;
  terminal.write('demo\r');

  expect(await answer).toBe('demo');
  expect(happened).toEqual(['echo off', 'Password: ', 'echo on', '\n']);
});
