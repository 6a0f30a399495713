/** The health of a credential: not tested, valid, failed once, or failed repeatedly and probed. */
export const CREDENTIAL_STATUSES = ['unverified', 'valid', 'suspect', 'parked'] as const;
