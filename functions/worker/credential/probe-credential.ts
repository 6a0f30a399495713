import { isProbeDue } from '../../domain/credential/admission.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { noteFailure, readCredential, recordHealth } from './credential-health.ts';
import type { CredentialSession } from './credential-session.ts';

const DEADLINE_MS = 60_000;

/**
 * Logs in with a parked credential whose time has come. Of two workers asked to, the one whose event comes first does.
 * A good login makes the credential valid, a refused one counts, and what is neither leaves it for a later probe.
 */
export async function probeCredential(
  credentialId: string,
  session: CredentialSession,
  ports: WorkerPorts,
): Promise<void> {
  const credential = await readCredential(credentialId, ports);
  if (credential === null || !isProbeDue(credential, ports.now())) return;
  if (!(await recordHealth(credential, { type: 'CredentialProbeStarted', data: {} }, ports))) return;
  try {
    await session.fit(credential);
    await session.open(AbortSignal.timeout(DEADLINE_MS));
  } catch (error) {
    if (!(error instanceof MailboxFailure)) throw error;
    await noteFailure(credential, null, error.failure, null, ports);
  }
}
