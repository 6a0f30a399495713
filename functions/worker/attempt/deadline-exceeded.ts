import { MailboxFailure } from '../../ports/mailbox.ts';

/** The failure of an attempt that must not send another command; nothing was sent. */
export function deadlineExceeded(detail: string): MailboxFailure {
  return new MailboxFailure({ code: 'deadline_exceeded', detail, retryAfterMs: null, outcomeUnknown: false });
}
