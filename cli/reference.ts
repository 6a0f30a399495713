/** The reference of all commands as Markdown, made from the program's own descriptions. */
import type { Command } from 'commander';
import { EXIT } from './exit-codes.ts';

const MEANINGS: Record<keyof typeof EXIT, string> = {
  ok: 'done',
  error: 'an error that has no other code',
  usage: 'the command line is wrong, or the API refuses what it says (400, 422)',
  declined: 'nobody agreed; nothing was sent',
  signIn: 'sign in (401), or the role or account is not enough (403)',
  notFound: 'there is no such resource (404)',
  conflict: 'the resource is in a state that refuses the command (409, 412)',
  partly: '`--strict`: a bulk operation skipped jobs, or failed to change some',
  workFailed: 'the job, test or bulk operation that was followed did not succeed',
  unreachable: 'the time of `--timeout` is over, or no reply came',
  interrupted: 'Ctrl-C',
  terminated: 'another program ended it (SIGTERM)',
};

/** Tables of the exit codes, the global options and every command. */
export function reference(program: Command): string {
  const help = program.createHelp();
  const options = (command: Command): string[] =>
    help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map(({ flags, description }) => `| \`${flags}\` | ${cell(description)} |`);
  const table = (rows: readonly string[]): string[] =>
    rows.length === 0 ? [] : ['| | |', '| --- | --- |', ...rows, ''];
  const sections = leaves(program).flatMap(({ path, command }) => [
    `### ${path}`,
    '',
    `${capital(command.description())}. \`${path} ${command.usage().replace('[options]', '').replace('[command]', '').trim()}`.trimEnd() +
      '`',
    '',
    ...table(options(command)),
  ]);
  const codes = Object.entries(MEANINGS).map(
    ([name, meaning]) => `| ${new Map(Object.entries(EXIT)).get(name)} | ${meaning} |`,
  );
  return [
    '## Exit codes',
    '',
    ...table(codes),
    '## Options of every command',
    '',
    ...table(options(program)),
    '## Commands',
    '',
    ...sections,
  ]
    .join('\n')
    .trimEnd();
}

type Leaf = { readonly path: string; readonly command: Command };

function leaves(command: Command, before = ''): Leaf[] {
  const path = `${before} ${command.name()}`.trim();
  const visible = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help');
  const own = visible.length === 0 || command.registeredArguments.length > 0 ? [{ path, command }] : [];
  return [...own, ...visible.flatMap((each) => leaves(each, path))];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
