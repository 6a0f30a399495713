/**
 * Runs one attack against the adapter, in a process of its own. Arguments: port, name of the attack, simultaneous
 * sessions.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createMailboxProvider } from '../functions/adapters/imap/connect.ts';
import { MailboxFailure } from '../functions/ports/mailbox.ts';
import { ATTACKS } from '../test/fixtures/hostile.ts';

const [port, name, sessions] = process.argv.slice(2);
const attack = ATTACKS.find((each) => each.name === name);
if (attack === undefined) throw new Error(`no attack: ${name}`);
const provider = createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'allow' });

async function run(): Promise<string> {
  const session = await provider.connect(
    {
      host: '127.0.0.1',
      port: Number(port),
      securityMode: 'none',
      tlsCaPem: null,
      authentication: { kind: 'password', username: 'ann', password: 'correct horse' },
    },
    { signal: new AbortController().signal },
  );
  try {
    const result: unknown = await attack?.run(session);
    const fault: unknown = Reflect.get(Object(result), 'fault');
    return typeof fault === 'object' && fault !== null ? `listed, ${Reflect.get(fault, 'code')}` : 'answered';
  } finally {
    await session.close();
  }
}

const outcome = (error: unknown): string => {
  if (error instanceof MailboxFailure) return error.failure.code;
  throw error;
};

const delay = monitorEventLoopDelay({ resolution: 1 });
const before = process.resourceUsage().maxRSS;
delay.enable();
const began = process.cpuUsage();
const ends = await Promise.all(Array.from({ length: Number(sessions) }, () => run().catch(outcome)));
const { user, system } = process.cpuUsage(began);
delay.disable();
// Kilobytes (getrusage).
const aboveMb = Math.round((process.resourceUsage().maxRSS - before) / 1e3);
process.send?.({
  ends: ends[0],
  aboveMb,
  baseMb: Math.round(before / 1e3),
  cpuMs: Math.round((user + system) / 1000),
  blockedMs: Math.round(delay.max / 1e6),
});
process.disconnect();
