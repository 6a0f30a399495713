/** What the pages for operators and engineers name must exist: commands, flags, files, links and tests. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as kms from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { codeBlocks, GUIDES, ROOT } from './code-blocks.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const found = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

/** The anchor that GitHub makes for a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (file: string): readonly string[] => found(read(file), /^#+ (.+)$/gm).map(anchorOf);

describe.each(GUIDES)('%s', (file) => {
  const page = read(file);

  it('links to pages and headings that exist', () => {
    const links = found(page, /\]\((?!https?:)([^)\s]+)\)/g);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      return !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    const files = found(page, /`((?:bench|bin|client|config|docs|functions|lib|local|test)\/[\w./-]*\w)`/g);
    expect(files.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it('names npm scripts that exist, with flags that they accept', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const flags = `${read('functions/upkeep/options.ts')}${globSync('{bin,bench,local}/*.ts', { cwd: ROOT }).map(read).join('\n')}`;
    const used = [...page.matchAll(/npm run ([\w:-]+)(?: --((?: [^\s`]+)*))?/g)];
    const wrong = used.filter(
      ([, script = '', rest = '']) =>
        scripts[script] === undefined || found(rest, /--([\w-]+)/g).some((flag) => !flags.includes(flag)),
    );
    expect(wrong.map(([text]) => text)).toEqual([]);
  });

  it('names aws commands that exist in the SDK', () => {
    const clients = { dynamodb, kms };
    const used = [...page.matchAll(/\baws (dynamodb|kms) ([a-z-]+)/g)];
    const wrong = used.filter(([, service, command = '']) => {
      const name = command.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return !(`${name}Command` in clients[service === 'kms' ? 'kms' : 'dynamodb']);
    });
    expect(wrong.map(([text]) => text)).toEqual([]);
  });
});

it('the page for operators has commands of each tool, and of aws and cdk', () => {
  const commands = codeBlocks('docs/operations.md')
    .map(({ text }) => text)
    .join('\n');
  for (const tool of ['crossings', 'erase-account', 'recount', 'redrive', 'replay'])
    expect(commands).toContain(`npm run ${tool}`);
  expect(commands).toMatch(/^aws dynamodb /m);
  expect(commands).toMatch(/^npx cdk import /m);
});
