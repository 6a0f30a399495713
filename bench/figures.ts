import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { withSection } from './figures-page.ts';

const PAGE = new URL('../docs/figures.md', import.meta.url);

/**
 * Runs a bench. If the command line has `--record`, it writes what the bench prints into its section of
 * docs/figures.md, with the date, the machine and the command that repeats it; also when the bench fails before its
 * end, which the section then says. `plain`: the output is not Markdown.
 */
export async function figuresOf(title: string, plain: boolean, bench: () => Promise<void>): Promise<void> {
  if (!process.argv.includes('--record')) return bench();
  const printed: string[] = [];
  const { log } = console;
  console.log = (...words: unknown[]): void => {
    printed.push(words.join(' '));
    log(...words);
  };
  let isWhole = false;
  try {
    await bench();
    isWhole = true;
  } finally {
    console.log = log;
    const lines = plain ? ['```text', ...printed, '```'] : printed;
    const warning = isWhole ? [] : ['**This run failed before its end.** What it had measured by then:', ''];
    const section = ['', provenance(), '', ...warning, ...lines, ''];
    writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), title, section));
  }
}

function provenance(): string {
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
  const memory = Math.round(totalmem() / 2 ** 30);
  return `\`${command}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} processors shared with other work, ${memory} GB.`;
}
