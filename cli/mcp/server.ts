/** A Model Context Protocol server on standard input and output, for assistants that look after jobs. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Session } from '../session.ts';
import { VERSION } from '../version.ts';
import { registerCommands } from './commands.ts';
import { registerReading } from './reading.ts';
import { UNTRUSTED } from './results.ts';

const INSTRUCTIONS = `Jobs of connected mailboxes: find failed ones, see why, and recover them. ${UNTRUSTED}`;

/** Serves until the client closes standard input. Nothing but the protocol is written to standard output. */
export async function serveMcp(session: Session, allowsCommands: boolean): Promise<void> {
  const server = new McpServer({ name: 'inboxctl', version: VERSION }, { instructions: INSTRUCTIONS });
  registerReading(server, session);
  if (allowsCommands) registerCommands(server, session);
  const closed = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
}
