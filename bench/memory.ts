import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod';
import { WORKER_NODE_OPTIONS } from '../lib/functions/queue-functions.ts';
import { createMailbox } from '../local/imap/mailbox.ts';
import { startImapServer } from '../local/imap/server.ts';
import { plainMessage } from '../test/fixtures/messages.ts';

/** The report of the measured process. */
export const report = z.object({
  seconds: z.number(),
  added: z.number(),
  peakRssMb: z.number(),
  idleRssMb: z.number(),
});

/** Measures the peak memory of a process that only syncs one large mailbox. Prints; asserts nothing. */
export async function benchMemory(size: number): Promise<void> {
  const raw = plainMessage({ n: 1, body: 'Words of a letter. '.repeat(80) });
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1 });
  for (let count = 0; count < size; count += 1) inbox.add({ raw });
  const server = await startImapServer({
    accounts: [{ username: 'ann', password: 'secret', mailboxes: [inbox] }],
    tls: 'none',
  });
  try {
    const child = fork(new URL('./memory-process.ts', import.meta.url), [String(server.port)], {
      execArgv: WORKER_NODE_OPTIONS,
    });
    const [message] = await once(child, 'message');
    const { seconds, added, peakRssMb, idleRssMb } = report.parse(message);
    console.log(
      `${added} of ${size} messages synced in ${seconds.toFixed(0)} s: ${peakRssMb} MB at most (goal below 256), ${idleRssMb} MB before`,
    );
  } finally {
    await server.close();
  }
}
