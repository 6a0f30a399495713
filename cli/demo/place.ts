/** The demo of an embedded stack, as `/_local/demo` describes it. No other service has such a page. */
import * as z from 'zod';
import { isLoopback } from '../configuration/settings.ts';
import { Unreachable, UsageError } from '../errors.ts';

const place = z.object({
  account: z.string(),
  port: z.int(),
  ca_pem: z.string(),
  password: z.string(),
  mailboxes: z.array(z.object({ host: z.string(), username: z.string() })),
});
/** The demo's account, and the mail server with its mailboxes. */
export type DemoPlace = z.output<typeof place>;

/** Throws UsageError unless the API is an embedded stack on this machine, Unreachable if nobody answers. */
export async function demoPlaceOf(api: string, signal: AbortSignal): Promise<DemoPlace> {
  if (!isLoopback(api)) throw new UsageError(`${api} is not on this machine. The demo is for the embedded stack only.`);
  const reply = await fetch(`${api}/_local/demo`, { signal, redirect: 'error' }).catch(() => {
    signal.throwIfAborted();
    throw new Unreachable(`No reply came from ${api}`);
  });
  const found = place.safeParse(reply.ok ? await reply.json().catch(() => null) : null);
  if (!found.success) throw new UsageError(`${api} has no demo. Start the embedded stack with npm start.`);
  return found.data;
}
