import { condemnsCredential, type FailureCode } from '../failure/catalogue.ts';
import type { Credential } from './credential.ts';
import type { CredentialEvent, RecordedCredentialEvent } from './events.ts';

type Refusal = Extract<CredentialEvent, { type: 'CredentialRefused' }>['data'];

/** How long a suspect credential waits for its next login, ms. */
export const TRIAL_AFTER_MS = 600_000;
const STRIKES_TO_PARK = 2;
const HOUR_MS = 3_600_000;
/** Times of the probes after it was parked. */
const PROBES_AFTER_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;
/** A probe without a result after this time counts as lost. */
const PROBE_LOST_MS = 120_000;

/** The state after an event; null before `CredentialAdded`. */
export function evolveCredential(state: Credential | null, event: RecordedCredentialEvent): Credential | null {
  if (state === null) return event.type === 'CredentialAdded' ? added(event) : null;
  const next = { ...state, version: event.version, updated_at: event.at };
  switch (event.type) {
    case 'CredentialAdded':
      return state;
    case 'CredentialVerified':
      return {
        ...next,
        status: 'valid',
        status_reason: null,
        strikes: 0,
        struck_at: null,
        probes: 0,
        next_trial_at: null,
        parked_at: null,
        limits: 0,
        last_validated_at: event.at,
        available_since: state.strikes === 0 ? state.available_since : event.at,
      };
    case 'CredentialTestFailed':
      return { ...next, status_reason: reasonAfterTest(state, event.data.code) };
    case 'CredentialRefused':
      return refused(next, event.data, event.at);
    case 'CredentialTrialStarted':
      return { ...next, next_trial_at: shifted(event.at, TRIAL_AFTER_MS) };
    case 'CredentialProbeStarted':
      return { ...next, next_trial_at: shifted(event.at, PROBE_LOST_MS) };
    case 'CredentialPaused':
      return { ...next, paused: event.data };
    case 'CredentialResumed':
      return { ...next, paused: null, available_since: event.at };
    case 'CredentialUpdated':
      return updated(state, next, event);
    case 'CredentialRateLimited':
      return limited(next, event.data.until, event.at);
    case 'CredentialRotated':
      return unproven({ ...named(next, ['secret']), generation: event.data.generation });
    case 'CredentialDeleted':
      return { ...next, deleted: true };
  }
}

function updated(
  { generation, changes }: Credential,
  next: Credential,
  { data }: Extract<RecordedCredentialEvent, { type: 'CredentialUpdated' }>,
): Credential {
  const changed = { ...named(next, data.fields), changes: changes + 1 };
  return data.generation === generation && !data.fields.includes('secret')
    ? changed
    : unproven({ ...changed, generation: data.generation });
}

const named = (state: Credential, fields: readonly string[]): Credential => ({
  ...state,
  named: { ...state.named, ...Object.fromEntries(fields.map((field) => [field, state.version])) },
});

/**
 * A success with the old secret or server does not count for the new one. A refused credential stays blocked until a
 * test succeeds.
 */
const unproven = (state: Credential): Credential =>
  state.status === 'valid' ? { ...state, status: 'unverified' } : state;

function added(event: Extract<RecordedCredentialEvent, { type: 'CredentialAdded' }>): Credential {
  return {
    id: event.stream_id,
    account_id: event.account_id,
    auth_kind: event.data.auth_kind,
    status: 'unverified',
    status_reason: null,
    strikes: 0,
    struck_at: null,
    probes: 0,
    paused: null,
    next_trial_at: null,
    parked_at: null,
    limited_until: null,
    limits: 0,
    last_validated_at: null,
    available_since: event.at,
    generation: 1,
    changes: 0,
    named: {},
    deleted: false,
    created_at: event.at,
    updated_at: event.at,
    version: event.version,
  };
}

function refused(state: Credential, { code, job_id: jobId }: Refusal, at: string): Credential {
  const strikes = state.strikes + 1;
  const struck = { ...state, status_reason: code, strikes, struck_at: state.struck_at ?? at };
  if (strikes < STRIKES_TO_PARK) return { ...struck, status: 'suspect', next_trial_at: shifted(at, TRIAL_AFTER_MS) };
  if (state.parked_at === null)
    return { ...struck, status: 'parked', parked_at: at, probes: 0, next_trial_at: shifted(at, PROBES_AFTER_MS[0]) };
  // A job that an operator triggered does not count as a probe.
  if (jobId !== null) return struck;
  const probes = state.probes + 1;
  const wait = PROBES_AFTER_MS[probes];
  return { ...struck, probes, next_trial_at: wait === undefined ? null : shifted(state.parked_at, wait) };
}

/** If a test fails for a reason that does not block jobs, the reason that blocks them is kept. */
function reasonAfterTest(
  { status, status_reason: reason, strikes }: Credential,
  code: FailureCode,
): FailureCode | null {
  if (status === 'valid') return reason;
  return strikes === 0 || condemnsCredential(code) ? code : reason;
}

/** A rate limit that arrives while another is in effect counts as the same one, met by another worker. */
function limited(state: Credential, until: string, at: string): Credential {
  const held = state.limited_until;
  const limits = held !== null && held > at ? state.limits : state.limits + 1;
  return { ...state, limits, limited_until: held !== null && held > until ? held : until };
}

const shifted = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();
