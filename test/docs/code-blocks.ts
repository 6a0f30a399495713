import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type CodeBlock = {
  readonly file: string;
  readonly language: string;
  /** A second word behind the language: why the block cannot be run in a test. */
  readonly kind: string;
  readonly line: number;
  readonly text: string;
};

/** README and every guide, but not the records of decisions. */
export const GUIDES: readonly string[] = ['README.md', ...globSync('docs/*.md', { cwd: ROOT }).sort()];

export function codeBlocks(file: string): readonly CodeBlock[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [...source.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = ''], index, all) => {
    const [language = '', kind = ''] = info.split(' ');
    return { file, language, kind, line: source.slice(0, all[index]?.index).split('\n').length, text };
  });
}

/** Code blocks that a reader pastes and a test can run. */
export const runnable = (file: string): readonly CodeBlock[] =>
  codeBlocks(file).filter(({ language, kind }) => language === 'sh' && kind === '');
