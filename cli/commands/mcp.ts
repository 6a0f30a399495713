import type { Command } from 'commander';
import type { Application } from '../command-line/application.ts';
import { flag } from '../command-line/options.ts';

export function mcp(program: Command, app: Application): void {
  const command = program
    .command('mcp')
    .description('serve the Model Context Protocol on standard input and output, for assistants');
  const commands = flag(command, '--allow-commands', 'also offer retry, resolve, trigger and bulk operations');
  app.does(command, async (session) => {
    // Only this command loads the protocol, because its code is larger than all the rest.
    const { serveMcp } = await import('../mcp/server.ts');
    await serveMcp(session, commands());
  });
}
