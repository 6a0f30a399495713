import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { type ConnectionSettings, MailboxFailure, type MailboxProvider } from '../../ports/mailbox.ts';
import { classify } from './classify.ts';
import { guardedLookup, type HostPolicy, hostBlocked, isHostAllowed, type Resolve } from './guarded-lookup.ts';
import { limitAnswers } from './limit-answers.ts';
import { createLine } from './line.ts';
import { createObserver, type Observer } from './observer.ts';
import { trusting } from './secure-context.ts';
import { createSession } from './session.ts';
import { carryNames } from './wire-names.ts';
import type { Withheld } from './withhold-secrets.ts';

/** Milliseconds. */
export type Timeouts = {
  /** DNS, TCP and TLS together. */
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Maximum silence of the server while a command runs. */
  readonly socketMs: number;
  /** A whole command. A window of messages and the list of mailboxes get twice as long, a login two thirds. */
  readonly commandMs: number;
};

/** The policy for connections of a deployment. `timeouts` and `resolve` are for tests. */
export type ProviderOptions = HostPolicy & {
  /** Whether `securityMode: 'none'` is permitted. */
  readonly plaintext: 'allow' | 'deny';
  readonly timeouts?: Timeouts;
  /** Replaces the system's name service. */
  readonly resolve?: Resolve;
};

/** The default deadlines (decision 25). */
export const TIMEOUTS: Timeouts = { connectMs: 10_000, greetingMs: 10_000, socketMs: 20_000, commandMs: 60_000 };

function secretsOf({ authentication }: ConnectionSettings): readonly Withheld[] {
  const secret = authentication.kind === 'password' ? authentication.password : authentication.accessToken;
  const localPart = authentication.username.split('@', 1)[0] ?? '';
  // A shorter name occurs in many texts. As part of the whole address it is removed anyway.
  const names = [authentication.username, ...(localPart.length < 4 ? [] : [localPart])];
  return [secret, ...names.map((name) => ({ name }))];
}

function clientOptions(settings: ConnectionSettings, policy: ProviderOptions, observer: Observer): ImapFlowOptions {
  const { host, port, securityMode, tlsCaPem, authentication } = settings;
  const timeouts = policy.timeouts ?? TIMEOUTS;
  return {
    host,
    port,
    secure: securityMode === 'ssl_tls',
    // If unset, it would fall back to clear text when an attacker strips STARTTLS. With `secure` it must not be true.
    doSTARTTLS: securityMode === 'starttls',
    auth:
      authentication.kind === 'password'
        ? { user: authentication.username, pass: authentication.password }
        : { user: authentication.username, accessToken: authentication.accessToken },
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      // Also passed to net.connect, so that the checked address is the one connected to.
      lookup: guardedLookup(policy, policy.resolve),
      ...(tlsCaPem === null ? {} : { secureContext: trusting(tlsCaPem) }),
    },
    disableAutoIdle: true,
    disableCompression: true,
    // Exchange tenants and Strato advertise an IMAP4rev2 that does not work.
    disableIMAP4rev2: true,
    qresync: false,
    idHashAlgorithm: 'sha256',
    clientInfo: { name: 'inbox-manager', version: '1', vendor: false, 'support-url': false },
    logger: observer.logger,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.socketMs,
  };
}

/** Why the settings are refused before a byte is sent; null if they are allowed. */
function refusalOf({ host, port, securityMode }: ConnectionSettings, policy: ProviderOptions): unknown {
  if (!isHostAllowed(host, port, policy)) return hostBlocked();
  return securityMode === 'none' && policy.plaintext === 'deny' ? { code: 'InvalidSettings' } : null;
}

function refuse(refusal: unknown): MailboxFailure {
  const circumstances = { login: true, oauth: false, mutating: false, secrets: [], echoes: [], interrupted: false };
  return new MailboxFailure(classify(refusal, { ...circumstances, throttleMs: null, cause: undefined, bye: null }));
}

/** Mail servers over IMAP. The policy for allowed connections is applied here, once, for every session. */
export function createMailboxProvider(policy: ProviderOptions): MailboxProvider {
  const { commandMs } = policy.timeouts ?? TIMEOUTS;
  return {
    async connect(settings, { signal }) {
      const refusal = refusalOf(settings, policy);
      if (refusal !== null) throw refuse(refusal);
      const observer = createObserver();
      const client = new ImapFlow(clientOptions(settings, policy, observer));
      // LSUB and subscriptions are not used and cost a round trip with each LIST.
      Object.assign(client, { skipLsub: true, skipListSubscribedArg: true });
      observer.watch(client);
      carryNames(client);
      limitAnswers(client);
      const oauth = settings.authentication.kind === 'oauth2';
      const line = createLine({ client, observer, signal, oauth, secrets: secretsOf(settings) });
      try {
        await line.run({ ms: Math.ceil((commandMs * 2) / 3), login: true }, () => client.connect());
        // The library would add the personal prefix to every path, but ours are complete. A copy, because the list of
        // namespaces shares the object.
        client.namespace = { prefix: '', delimiter: client.namespace?.delimiter ?? null };
        return createSession(line, commandMs);
      } catch (error) {
        await line.close();
        throw error;
      }
    },
  };
}
