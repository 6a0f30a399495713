import { failureOf } from '../../domain/failure/failure.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';

/** The failure of an attempt that has no time for another command. Nothing was sent. */
export function deadlineExceeded(detail: string): MailboxFailure {
  return new MailboxFailure(failureOf('deadline_exceeded', detail));
}
