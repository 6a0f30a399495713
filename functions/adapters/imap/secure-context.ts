import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** Maximum number of cached contexts: each takes 1 MB. */
const MAX_CONTEXTS = 10;

const contexts = new Map<string, SecureContext>();

/**
 * Trusts the system's certificates and this one (PEM). Cached for later connections, because reading the system's
 * certificates takes longer than a whole login.
 */
export function trusting(caPem: string): SecureContext {
  const kept = contexts.get(caPem);
  if (kept !== undefined) return kept;
  const made = createSecureContext({ minVersion: 'TLSv1.2', ca: [...getCACertificates('default'), caPem] });
  if (contexts.size >= MAX_CONTEXTS) contexts.clear();
  contexts.set(caPem, made);
  return made;
}
