export const CREDENTIAL_STATUSES = ['unverified', 'valid', 'suspect', 'parked'] as const;
