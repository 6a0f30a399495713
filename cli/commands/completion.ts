import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** `completion <shell>` prints a script. At each Tab the script calls a hidden command (`complete -- …`). */
export function completion(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
}
