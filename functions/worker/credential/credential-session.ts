/**
 * One login for all jobs of a credential in a batch, made when the first job needs it. The session belongs to one
 * generation of the credential: when the credential is deleted, or points to another mailbox (another generation), the
 * session is closed, even if jobs remain. A change during a login is seen after the login, before the session is used.
 */

import { logIn } from '../../credential-login/log-in.ts';
import type { StoredLogin } from '../../credential-login/stored-login.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import type { FailureCode } from '../../domain/failure/catalogue.ts';
import { failureOf } from '../../domain/failure/failure.ts';
import type { MailServer } from '../../domain/sharing/silent-hosts.ts';
import { type ConnectionSettings, MailboxFailure, type MailboxSession } from '../../ports/mailbox.ts';
import type { LastUse } from '../../ports/slots.ts';
import { KeyUnavailable } from '../../ports/vault.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { noteLogin } from './credential-health.ts';
import type { CredentialState } from './credential-state.ts';
import { type SignalRelay, signalRelay } from './signal-relay.ts';

type Live = { readonly session: MailboxSession; readonly relay: SignalRelay };

/** `seen`: the credential when the login began, or after it was noted. `server`: null until the login reached one. */
type LastLogin = { readonly seen: Credential | null; readonly server: MailServer | null };

export type CredentialSession = {
  /** Sets the credential that the next job was admitted by. Closes a session of another generation. */
  fit(credential: Credential | null): Promise<void>;
  /**
   * The live session; connects when there is none or the last one died. Until the next job the signal ends it. Throws
   * MailboxFailure.
   */
  open(signal: AbortSignal): Promise<MailboxSession>;
  /** The last login: what a refusal is about. */
  lastLogin(): LastLogin;
  isOpen(): boolean;
  /** Records that one of its syncs has succeeded. */
  synced(): void;
  /** When it last began to log in, and when it last synced; empty if neither happened. */
  use(): LastUse;
  close(): Promise<void>;
};

/** A session that is not connected yet. `by`: what its logins count as. */
export function credentialSession(
  state: CredentialState,
  login: Pick<StoredLogin, 'settings'>,
  ports: WorkerPorts,
  by: 'login' | 'probe',
): CredentialSession {
  let live: Live | null = null;
  let admitted: Credential | null = null;
  let isFirstLogin = false;
  let last: LastLogin = { seen: null, server: null };
  let use: LastUse = {};
  const now = (): string => new Date(ports.now()).toISOString();

  async function close(): Promise<void> {
    const closing = live;
    closing?.relay.release();
    await closing?.session.close();
    live = null;
  }

  async function connect(signal: AbortSignal): Promise<MailboxSession> {
    // The first login of a job uses the state that admitted the job; a later one reads what came since.
    last = { seen: isFirstLogin ? admitted : await state.read(), server: null };
    isFirstLogin = false;
    assertSame(last.seen);
    const session = await logIn(settingsOf, (settings) => {
      use = { ...use, lastUsedAt: now() };
      last = { ...last, server: { host: settings.host, port: settings.port } };
      return ports.provider.connect(settings, { signal });
    });
    try {
      last = { ...last, seen: await noteLogin(state, admitted, by, ports) };
      assertSame(last.seen);
      assertRunning(signal);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  function assertSame(fresh: Credential | null): void {
    if (fresh?.deleted) throw gone();
    if (fresh?.generation === admitted?.generation) return;
    throw failure('connection_closed', 'The credential was changed while it was logged in with.');
  }

  async function settingsOf(refused: string | null): Promise<ConnectionSettings> {
    const settings = await login.settings(refused, last.seen?.version ?? null).catch(withoutKey);
    if (settings === null) throw gone();
    // The event of a change comes before its fields: until then the fields belong to the generation before.
    if (settings.generation !== null && settings.generation !== admitted?.generation)
      throw failure('connection_closed', 'The credential is being changed.');
    return settings;
  }

  return {
    async fit(credential) {
      live?.relay.release();
      const isSame = !credential?.deleted && credential?.generation === admitted?.generation;
      admitted = credential;
      isFirstLogin = true;
      if (!isSame) await close();
    },
    async open(signal) {
      assertRunning(signal);
      if (live?.session.usable === true) {
        live.relay.follow(signal);
        return live.session;
      }
      await close();
      assertRunning(signal);
      const relay = signalRelay();
      relay.follow(signal);
      try {
        live = { session: await connect(relay.signal), relay };
      } catch (error) {
        relay.release();
        throw error;
      }
      return live.session;
    },
    lastLogin: () => last,
    isOpen: () => live?.session.usable === true,
    synced() {
      use = { ...use, lastSyncedAt: now() };
    },
    use: () => use,
    close,
  };
}

/** A stopped attempt must not use a session that the next attempt may use by now. */
function assertRunning(signal: AbortSignal): void {
  if (signal.aborted) throw failure('deadline_exceeded', 'The attempt has no connection any more.');
}

/** The secret is not damaged: a later attempt may open it. */
function withoutKey(error: unknown): never {
  if (error instanceof KeyUnavailable) throw failure('secret_unavailable', error.message);
  throw error;
}

const gone = (): MailboxFailure => failure('credential_not_found', 'The credential is gone.');

function failure(code: FailureCode, detail: string): MailboxFailure {
  return new MailboxFailure(failureOf(code, detail));
}
