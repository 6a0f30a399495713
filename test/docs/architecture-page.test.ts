import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { actionName } from '../../functions/domain/action/catalogue.ts';
import { ROOT } from './code-blocks.ts';

const PAGES = ['CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort(), 'README.md'];
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

type Link = { readonly page: string; readonly text: string; readonly path: string };

/** Links of the pages into the repository, with their paths from its root. */
const LINKS: readonly Link[] = PAGES.flatMap((page) =>
  [...read(page).matchAll(/\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)[^)]*\)/g)].map(([, text = '', target = '']) => ({
    page,
    text,
    path: normalize(join(dirname(page), target)),
  })),
);

/** Paths in backticks that begin with a source folder; those with a placeholder or a pattern name no one file. */
const PATHS: readonly Link[] = PAGES.filter((page) => !page.startsWith('docs/decisions/')).flatMap((page) =>
  [...read(page).matchAll(/`((?:functions|lib|local|test|bench|bin|docs|config|client)\/[^`\s]*)`/g)]
    .map(([, path = '']) => ({ page, text: path, path }))
    .filter(({ path }) => !/[<*{…]/.test(path)),
);

/** Whether a TypeScript source exports the name itself. */
const exportsName = (source: string, name: string): boolean =>
  new RegExp(`^export (?:async )?(?:const|function\\*?|class|type|interface) ${name}\\b`, 'm').test(source);

it.each([
  ['export const a = 1;', 'a', true],
  ['export async function a() {}', 'a', true],
  ['const a = 1;', 'a', false],
  ['export const ab = 1;', 'a', false],
])('in %j the export %s is found: %s', (source, name, isThere) => {
  expect(exportsName(source, name)).toBe(isThere);
});

it('every link of README, CONTRIBUTING and docs leads to a file that exists', () => {
  expect(LINKS.length).toBeGreaterThan(100);
  expect(LINKS.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('every path of a source folder that a page names exists', () => {
  expect(PATHS.length).toBeGreaterThan(20);
  expect(PATHS.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('every name that links to a source file is exported by that file', () => {
  const named = LINKS.filter(({ path }) => path.endsWith('.ts')).flatMap((link) =>
    [...link.text.matchAll(/`([A-Za-z_]\w*)`/g)].map(([, name = '']) => ({ ...link, name })),
  );
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ path, name }) => existsSync(join(ROOT, path)) && !exportsName(read(path), name))).toEqual([]);
});

it('the architecture page describes each folder of functions', () => {
  const section = read('docs/architecture.md').split('## What each folder of')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `([\w-]+)\/` \| /gm)].map(([, name]) => name);
  const folders = readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(rows.toSorted()).toEqual(folders.toSorted());
});

it('README, CONTRIBUTING and docs name no npm script that does not exist', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
  const named = PAGES.flatMap((page) => [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name));
  expect(named).toContain('bench');
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

it('the page of actions has a row for each action, and no other', () => {
  const rows = [...read('docs/actions.md').matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name);
  expect(rows).toEqual(actionName.options);
});
