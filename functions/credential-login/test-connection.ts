import type { Failure } from '../domain/failure/failure.ts';
import { MailboxFailure, type MailboxSession } from '../ports/mailbox.ts';

/** The result of a login test. */
export type ConnectionTest =
  | { readonly ok: true; readonly capabilities: readonly string[]; readonly mailboxes: number }
  | { readonly ok: false; readonly failure: Failure };

const TOTAL_MS = 20_000;

/**
 * Logs in with `connect`, lists the mailboxes and logs out, within 20 s in total. Throws only errors that are not from
 * the mail server.
 */
export async function testConnection(
  connect: (signal: AbortSignal) => Promise<MailboxSession>,
  totalMs: number = TOTAL_MS,
): Promise<ConnectionTest> {
  // The logout may take 2 s of the total.
  const deadline = AbortSignal.timeout(Math.max(totalMs - 2000, 1));
  try {
    const session = await connect(deadline);
    try {
      const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
      if (fault !== null && !session.usable) throw new MailboxFailure(fault);
      return { ok: true, capabilities: session.capabilities, mailboxes: mailboxes.length };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof MailboxFailure)) throw error;
    // The person who tests a credential sees that the server took too long.
    const late = error.failure.code === 'deadline_exceeded';
    return { ok: false, failure: late ? { ...error.failure, code: 'provider_timeout' } : error.failure };
  }
}
