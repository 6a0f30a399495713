/**
 * One login for all jobs of a credential in a batch, made when the first job needs it. The session belongs to one state
 * of the credential: when the credential is deleted, or points to another mailbox (another generation), the session is
 * closed. Changes during a login are checked after it, before the session is used.
 */

import { logIn } from '../../credential-login/log-in.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import type { MailServer } from '../../domain/sharing/silent-hosts.ts';
import { type ConnectionSettings, MailboxFailure, type MailboxSession } from '../../ports/mailbox.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { noteLogin, readCredential } from './credential-health.ts';

type Use = Parameters<WorkerPorts['noteUse']>[1];

export type CredentialSession = {
  /** Compares the session with the current credential, before a job. A session of another mailbox is closed. */
  fit(credential: Credential | null): Promise<void>;
  /**
   * The open session; connects when there is none or the last one was lost. Until the next job the signal closes it.
   * Throws MailboxFailure.
   */
  open(signal: AbortSignal): Promise<MailboxSession>;
  /** The credential as the last login used it: a refusal concerns this state. Null before the first login. */
  met(): Credential | null;
  /** The server of the last login; null before the first one, and when no server was reached. */
  server(): MailServer | null;
  /** Whether a session is open. */
  isOpen(): boolean;
  /** Records that a sync over this session has succeeded. */
  synced(): void;
  /** When the last login began and when the last sync succeeded. */
  use(): Use;
  close(): Promise<void>;
};

export function credentialSession(credentialId: string, ports: WorkerPorts, by: 'login' | 'probe'): CredentialSession {
  let session: MailboxSession | null = null;
  let known: Credential | null = null;
  let isFresh = false;
  let met: Credential | null = null;
  let server: MailServer | null = null;
  let stop = new AbortController();
  let letGo = (): void => {};
  let use: Use = {};
  const now = (): string => new Date(ports.now()).toISOString();

  async function close(): Promise<void> {
    letGo();
    await session?.close();
    session = null;
  }

  function cutBy(signal: AbortSignal): void {
    letGo();
    const cut = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', cut, { once: true });
    letGo = () => signal.removeEventListener('abort', cut);
  }

  async function connect(signal: AbortSignal): Promise<MailboxSession> {
    // The first login of a job uses the credential that the job was admitted by; later logins read it again.
    met = isFresh ? known : await readCredential(credentialId, ports);
    isFresh = false;
    server = null;
    assertSame(met);
    const connected = await logIn(settingsOf, (settings) => {
      use = { ...use, lastUsedAt: now() };
      server = { host: settings.host, port: settings.port };
      return ports.provider.connect(settings, { signal });
    });
    try {
      met = await noteLogin(credentialId, known?.generation ?? null, by, ports);
      assertSame(met);
      return connected;
    } catch (error) {
      await connected.close();
      throw error;
    }
  }

  function assertSame(fresh: Credential | null): void {
    if (fresh?.deleted) throw gone();
    if (fresh?.generation === known?.generation) return;
    throw failure('connection_closed', 'The credential was changed while it was logged in with.');
  }

  async function settingsOf(refused: string | null): Promise<ConnectionSettings> {
    const settings = await ports.connection(credentialId, refused);
    if (settings === null) throw gone();
    // The event of a change is written before the fields. Until the fields follow, they belong to the previous
    // generation.
    if (settings.generation !== null && settings.generation !== known?.generation)
      throw failure('connection_closed', 'The credential is being changed.');
    return settings;
  }

  return {
    async fit(credential) {
      letGo();
      const isSame = !credential?.deleted && credential?.generation === known?.generation;
      known = credential;
      isFresh = true;
      if (!isSame) await close();
    },
    async open(signal) {
      assertRunning(signal);
      if (session === null || !session.usable) {
        await close();
        assertRunning(signal);
        stop = new AbortController();
        cutBy(signal);
        session = await connect(stop.signal);
      } else cutBy(signal);
      return session;
    },
    met: () => met,
    server: () => server,
    isOpen: () => session?.usable === true,
    synced() {
      use = { ...use, lastSyncedAt: now() };
    },
    use: () => use,
    close,
  };
}

/** A stopped attempt must not use the session: it may already serve the next job. */
function assertRunning(signal: AbortSignal): void {
  if (signal.aborted) throw failure('deadline_exceeded', 'The attempt has no connection any more.');
}

const gone = (): MailboxFailure => failure('credential_not_found', 'The credential is gone.');

function failure(code: FailureCode, detail: string): MailboxFailure {
  return new MailboxFailure({ code, detail, retryAfterMs: null, outcomeUnknown: false });
}
