import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lackOf } from '../fixtures/programs.ts';
import { paste } from './interactive-shell.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'shell-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.each(['bash', 'zsh'])('%s', (shell) => {
  const lack = lackOf(shell);

  it.skipIf(lack)(`keeps variables from one pasted text to the next${lack}`, async () => {
    const { printed, complaints } = await paste(shell, home, ["NAME='a b'", 'echo "$NAME"\necho done']);
    expect(printed).toEqual(['', 'a b\ndone\n']);
    expect(complaints).toBe('');
  });

  it.skipIf(lack)(`reports commands that it cannot run${lack}`, async () => {
    expect((await paste(shell, home, ['no-such-program'])).complaints).toMatch(/no-such-program/);
  });
});

const noZsh = lackOf('zsh');
it.skipIf(noZsh).each([
  ['a comment', 'NAME=value # why', /command not found: #/],
  ['an address with a question mark', 'echo http://127.0.0.1/jobs?limit=3', /no matches found/],
])(`zsh rejects %s, as a reader's shell would${noZsh}`, async (_what, text, complaint) => {
  expect((await paste('zsh', home, [text])).complaints).toMatch(complaint);
});
