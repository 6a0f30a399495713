import { isProbeDue } from '../../domain/credential/admission.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import type { WorkerPorts } from '../worker-ports.ts';
import { noteFailure, recordHealth } from './credential-health.ts';
import type { CredentialSession } from './credential-session.ts';
import type { CredentialState } from './credential-state.ts';

const DEADLINE_MS = 60_000;

/**
 * Logs in with a parked credential when its probe is due. If two workers receive the probe, the one whose event comes
 * first logs in. A good login makes the credential valid, and a refused one counts. After any other failure a later
 * probe tries again.
 */
export async function probeCredential(
  state: CredentialState,
  session: CredentialSession,
  ports: WorkerPorts,
): Promise<void> {
  const credential = await state.forNextJob();
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
