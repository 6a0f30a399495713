import type { Command } from 'commander';
import type { Session } from '../session.ts';

/** The work of a command. `words` are its arguments as they were typed. */
export type Run = (session: Session, words: readonly string[]) => Promise<void>;

/** What the files of commands need from the program. */
export type Application = {
  /**
   * Gives a command its work. A command that changes something names the `fields` of its answer, so that an unknown
   * name in `--fields` is refused before anything is sent. `fields` is a function if the options decide about the
   * answer.
   */
  does(command: Command, run: Run, fields?: readonly string[] | (() => readonly string[])): void;
  /** Whether `--quiet` is given. */
  isQuiet(): boolean;
};

/** A group of commands: `inboxctl jobs …`. */
export function group(program: Command, name: string, description: string): Command {
  return program.command(name).description(description);
}
