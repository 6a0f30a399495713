/** Rules for every command of README and guides, including those that no test can run. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { lackOf } from '../fixtures/programs.ts';
import { codeBlocks, GUIDES } from './code-blocks.ts';

/** `start` and `aws` mark blocks that a test cannot run, because they would start the tests again or contact AWS. */
const KINDS = ['', 'start', 'aws'];
const blocks = GUIDES.flatMap(codeBlocks);
const commands = blocks.filter(({ language }) => language === 'sh');

/** The text that the shell reads outside of quotes; each quoted string becomes an empty one. */
const unquoted = (text: string): string => text.replaceAll(/\\.|'[^']*'|"(?:\\.|\$\([^)]*\)|[^"\\])*"/g, '""');

/** `console` marks a session with prompt and output. It is not pasted. */
const LANGUAGES = ['sh', 'js', 'json', 'mermaid', 'console'];

it('each block of the guides names its language', () => {
  expect(commands.length).toBeGreaterThan(10);
  for (const { file, line, language, kind } of blocks) {
    expect(LANGUAGES, `${file}:${line}`).toContain(language);
    expect(KINDS, `${file}:${line}`).toContain(kind);
  }
});

describe.each(commands)('$file:$line', ({ text }) => {
  it('has no comments, which zsh would run as commands', () => {
    expect(unquoted(text)).not.toMatch(/(^|\s)#/m);
  });

  it('has no address that zsh reads as a pattern, and no placeholder that is a redirection', () => {
    expect(unquoted(text)).not.toMatch(/https?:[^\s"]*[?&*[]/);
    expect(unquoted(text)).not.toMatch(/<\s*[a-z_]+\s*>|…/);
  });

  it('has no exclamation mark that a shell reads as its history', () => {
    expect(text.replaceAll(/'[^']*'/g, '')).not.toContain('!');
  });

  for (const shell of ['bash', 'zsh']) {
    const lack = lackOf(shell);
    it.skipIf(lack)(`has valid syntax for ${shell}${lack}`, () => {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    });
  }
});
