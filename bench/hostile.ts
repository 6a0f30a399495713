import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod';
import { WORKER_NODE_OPTIONS } from '../lib/functions/queue-functions.ts';
import { createMailbox, defaultCapabilities, startImapServer } from '../local/imap/server.ts';
import { ATTACKS, type Attack, hostileScript } from '../test/fixtures/hostile.ts';
import { plainMessage } from '../test/fixtures/messages.ts';

const report = z.object({
  ends: z.string(),
  aboveMb: z.number(),
  baseMb: z.number(),
  cpuMs: z.number(),
  blockedMs: z.number(),
});

const GOAL_MB = 300;
const TEN = 10;

/**
 * Runs each attack of `test/fixtures/hostile.ts` against the adapter in its own process. Measures the memory above the
 * process's base, the bytes that the server could send, processor time, and how long the event loop was blocked.
 * Prints; asserts nothing.
 */
export async function benchHostile(): Promise<void> {
  let most = 0;
  for (const attack of ATTACKS) {
    const { ends, aboveMb, baseMb, cpuMs, blockedMs, sentMb } = await measure(attack, 1);
    most = Math.max(most, aboveMb);
    console.log(
      `${attack.name}: ${ends}; ${aboveMb} MB above ${baseMb}, ${sentMb.toFixed(1)} MB sent, ${cpuMs} ms of processor, loop blocked ${blockedMs} ms at most`,
    );
  }
  console.log(`${ATTACKS.length} attacks: ${most} MB above the base at most (goal below ${GOAL_MB})`);
  for (const attack of ATTACKS.filter(({ name }) => / refusal of /.test(name))) {
    const { ends, cpuMs, blockedMs } = await measure(attack, TEN);
    console.log(
      `${attack.name}, ten sessions at a time: ${ends}; ${cpuMs} ms of processor, loop blocked ${blockedMs} ms at most`,
    );
  }
}

async function measure(attack: Attack, sessions: number) {
  const sent = { bytes: 0 };
  const inbox = createMailbox({ path: 'INBOX', messages: [{ raw: plainMessage({ n: 1 }) }] });
  const server = await startImapServer({
    accounts: [{ username: 'ann', password: 'correct horse', mailboxes: [inbox] }],
    tls: 'none',
    greeting: '* OK Ready',
    capabilities: attack.capabilities ?? defaultCapabilities,
    script: hostileScript(attack, sent),
  });
  try {
    const child = fork(
      new URL('./hostile-process.ts', import.meta.url),
      [String(server.port), attack.name, String(sessions)],
      { execArgv: WORKER_NODE_OPTIONS },
    );
    const [message] = await once(child, 'message');
    return { ...report.parse(message), sentMb: sent.bytes / 1e6 };
  } finally {
    await server.close();
  }
}
