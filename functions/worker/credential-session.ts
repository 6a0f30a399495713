import { type ConnectionSettings, MailboxFailure, type MailboxSession } from '../ports/mailbox.ts';
import type { WorkerPorts } from './ports.ts';

type Use = Parameters<WorkerPorts['noteUse']>[1];

/** One login for all the jobs of a credential in a batch, made when the first job needs it. */
export type CredentialSession = {
  /**
   * The live session; connects when there is none, the last one died, or it leads to the mailbox of another generation of
   * the credential. Throws MailboxFailure.
   */
  open(signal: AbortSignal, generation: number): Promise<MailboxSession>;
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
  let openedFor: number | null = null;
  let stop: AbortController | null = null;
  let use: Use = {};
  const now = (): string => new Date(ports.now()).toISOString();

  async function connect(): Promise<MailboxSession> {
    const settings = await settingsOf(null);
    stop = new AbortController();
    use = { ...use, lastUsedAt: now() };
    const connected = await logIn(settings, stop.signal);
    await onLogin();
    return connected;
  }

  async function settingsOf(refused: string | null): Promise<ConnectionSettings> {
    const settings = await ports.connection(credentialId, refused);
    if (settings !== null) return settings;
    const detail = 'the credential is gone';
    throw new MailboxFailure({ code: 'credential_not_found', detail, retryAfterMs: null, outcomeUnknown: false });
  }

  /** A provider may take an access token back before its time: then another one is asked for, once. */
  async function logIn(settings: ConnectionSettings, signal: AbortSignal): Promise<MailboxSession> {
    const { authentication } = settings;
    try {
      return await ports.provider.connect(settings, { signal });
    } catch (error) {
      const wasRefused = error instanceof MailboxFailure && error.failure.code === 'oauth_token_rejected';
      if (!wasRefused || authentication.kind !== 'oauth2') throw error;
      return ports.provider.connect(await settingsOf(authentication.accessToken), { signal });
    }
  }

  return {
    async open(signal, generation) {
      const abort = (): void => stop?.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      if (session === null || !session.usable || openedFor !== generation) {
        await session?.close();
        session = null;
        openedFor = generation;
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
