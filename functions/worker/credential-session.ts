import { logIn } from '../login/log-in.ts';
import { type ConnectionSettings, MailboxFailure, type MailboxSession } from '../ports/mailbox.ts';
import type { WorkerPorts } from './ports.ts';

type Use = Parameters<WorkerPorts['noteUse']>[1];

/** One login for all the jobs of a credential in a batch, made when the first job needs it. */
export type CredentialSession = {
  /** The live session; connects when there is none or the last one died. Throws MailboxFailure. */
  open(signal: AbortSignal): Promise<MailboxSession>;
  /** Whether there is a live one. */
  isOpen(): boolean;
  /** Notes that one of its syncs has succeeded. */
  synced(): void;
  /** When it last began to log in, and when it last synced: what has happened of it. */
  use(): Use;
  close(): Promise<void>;
};

export function credentialSession(
  credentialId: string,
  ports: WorkerPorts,
  onLogin: () => Promise<void>,
): CredentialSession {
  let session: MailboxSession | null = null;
  let stop: AbortController | null = null;
  let use: Use = {};
  const now = (): string => new Date(ports.now()).toISOString();

  async function connect(): Promise<MailboxSession> {
    const controller = new AbortController();
    stop = controller;
    const connected = await logIn(settingsOf, (settings) => {
      use = { ...use, lastUsedAt: now() };
      return ports.provider.connect(settings, { signal: controller.signal });
    });
    await onLogin();
    return connected;
  }

  async function settingsOf(refused: string | null): Promise<ConnectionSettings> {
    const settings = await ports.connection(credentialId, refused);
    if (settings !== null) return settings;
    const detail = 'the credential is gone';
    throw new MailboxFailure({ code: 'credential_not_found', detail, retryAfterMs: null, outcomeUnknown: false });
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
    isOpen: () => session?.usable === true,
    synced() {
      use = { ...use, lastSyncedAt: now() };
    },
    use: () => use,
    async close() {
      await session?.close();
      session = null;
    },
  };
}
