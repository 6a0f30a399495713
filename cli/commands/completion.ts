import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** `completion <shell>` prints a script; what it calls at each Tab (`complete -- …`) is a hidden command. */
export function completion(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
}
