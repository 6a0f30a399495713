import type { MailServer } from '../../domain/sharing/silent-hosts.ts';
import type { CredentialSession } from './credential-session.ts';
import type { CredentialState } from './credential-state.ts';

/** One credential during a batch: its state, its session, and the server that it points to (null: not known). */
export type CredentialInUse = {
  readonly state: CredentialState;
  readonly session: CredentialSession;
  readonly server: MailServer | null;
};
