import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Transcript = {
  /** What each pasted text printed to standard output. */
  readonly printed: readonly string[];
  /** Standard error, from the first text on. */
  readonly complaints: string;
};

/** Interactive, and without the user's own shell settings. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '--noediting', '-i'],
  zsh: ['-f', '-i', '-s', '-o', 'no_prompt_cr', '-o', 'no_prompt_sp'],
};
export const SHELLS: readonly string[] = Object.keys(OPTIONS);

const END = '=== end of what was pasted ===';
/** Output before this marker is ignored: a shell first reports that it has no terminal, and prints a prompt. */
const BEGIN = '=== begin ===';
const NO_PROMPTS = `PS1= PS2=\necho '${BEGIN}' >&2\n`;

/** Pastes texts one after the other into one interactive shell, whose home is `home`. */
export async function paste(shell: string, home: string, texts: readonly string[]): Promise<Transcript> {
  const child = spawn(shell, OPTIONS[shell] ?? [], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, TERM: 'dumb' },
    // In its own session: otherwise the shell takes over the terminal of the tests.
    detached: true,
  });
  const endWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  child.stdin.end(`${NO_PROMPTS}${texts.map((text) => `${text}\necho '${END}'\n`).join('')}`);
  await once(child, 'close');
  process.removeListener('exit', endWithUs);
  const afterBegin = complaints.slice(complaints.indexOf(`${BEGIN}\n`) + BEGIN.length + 1);
  // An interactive bash says "exit" when its input ends.
  return { printed: output.split(`${END}\n`).slice(0, -1), complaints: afterBegin.replace(/exit\n$/, '') };
}
