import { isProbeDue } from '../../domain/credential/admission.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { noteFailure, readCredential, recordHealth } from './credential-health.ts';
import type { CredentialSession } from './credential-session.ts';

const DEADLINE_MS = 60_000;

/**
 * Logs in with a parked credential that is due for a probe. Of two workers the one that appends first does it. A
 * successful login makes the credential valid, a refused one counts as a strike, and any other failure leaves the
 * credential for a later probe.
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
