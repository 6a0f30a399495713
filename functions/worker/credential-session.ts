import type { MailboxSession } from '../ports/mailbox.ts';
import { MailboxFailure } from '../ports/mailbox.ts';
import type { WorkerPorts } from './ports.ts';

/** One login for all the jobs of a credential in a batch, made when the first job needs it. */
export type CredentialSession = {
  /** The live session; connects when there is none or the last one died. Throws MailboxFailure. */
  open(signal: AbortSignal): Promise<MailboxSession>;
  close(): Promise<void>;
};

export function credentialSession(
  credentialId: string,
  ports: WorkerPorts,
  onLogin: () => Promise<void>,
): CredentialSession {
  let session: MailboxSession | null = null;
  let stop: AbortController | null = null;

  async function connect(): Promise<MailboxSession> {
    const settings = await ports.connection(credentialId);
    if (settings === null)
      throw new MailboxFailure({
        code: 'credential_not_found',
        detail: 'the credential is gone',
        retryAfterMs: null,
        outcomeUnknown: false,
      });
    stop = new AbortController();
    const connected = await ports.provider.connect(settings, { signal: stop.signal });
    await onLogin();
    return connected;
  }

  return {
    async open(signal) {
      const abort = (): void => stop?.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      if (session === null || !session.usable) {
        await session?.close();
        session = null;
        session = await connect();
      }
      if (signal.aborted) abort();
      return session;
    },
    async close() {
      await session?.close();
      session = null;
    },
  };
}
