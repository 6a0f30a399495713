import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { withSection } from './figures-page.ts';

const PAGE = new URL('../docs/figures.md', import.meta.url);

/**
 * Writes what a bench has printed into its section of docs/figures.md, if the command line says `--record`. `command`
 * makes the figures again.
 */
export function recordFigures(title: string, command: string, lines: readonly string[]): void {
  if (!process.argv.includes('--record')) return;
  const memory = Math.round(totalmem() / 2 ** 30);
  const made = [
    `\`${command} --record\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node} on ${process.platform}`,
    `${process.arch}, ${availableParallelism()} processors shared with other work, ${memory} GB.`,
  ].join(' ');
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), title, ['', made, '', ...lines, '']));
}
