/**
 * A credential's health, folded. `unverified` until the first good login, and again from `valid` when it is given
 * another secret or moved to another server. It is refused when a failure holds for each of its jobs: the server does not
 * take its secret, its host does not exist, TLS fails and so on; `status_reason` says which. The first refusal makes it
 * `suspect`: its jobs wait, and after ten minutes exactly one is let through (a trial). A second one in a row parks it:
 * its jobs wait, and it is probed after 1, 6 and 24 hours, then never. A good login, probe or test leads from anywhere to `valid`. Whether an operator has
 * paused it is another matter: only the operator undoes it.
 */
import * as z from 'zod';
import type { PostponeReason } from '../attempt/outcome.ts';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';
import { condemnsCredential, type FailureCode } from '../failure/catalogue.ts';
import { failureCategory, failureCode } from '../failure/schema.ts';
import { credentialLastState } from './last-state.ts';
import { CREDENTIAL_STATUSES } from './statuses.ts';

const failure = {
  code: failureCode,
  category: failureCategory,
  detail: z.string().max(300),
};

export const credentialEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'CredentialAdded',
    z.strictObject({ provider_kind: z.literal('imap'), auth_kind: z.enum(['password', 'oauth2']) }),
  ),
  /** `seen`: what a test found, so that its replay answers the same. */
  eventShape(
    'CredentialVerified',
    z.strictObject({
      by: z.enum(['test', 'login', 'probe']),
      seen: z.strictObject({ capabilities: z.array(z.string()), mailboxes: z.int() }).optional(),
    }),
  ),
  eventShape('CredentialTestFailed', z.strictObject(failure)),
  /** It cannot be used, as `code` says: not only when its secret is refused. `job_id` null: found by a probe. */
  eventShape('CredentialRefused', z.strictObject({ ...failure, job_id: z.string().nullable() })),
  eventShape('CredentialTrialStarted', z.strictObject({ job_id: z.string() })),
  eventShape('CredentialProbeStarted', z.strictObject({})),
  eventShape('CredentialPaused', z.strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })),
  eventShape('CredentialResumed', z.strictObject({ reason: z.string().nullable() })),
  /** Connection fields changed, or the `secret`; they themselves are not in the log. `generation` as for a rotation. */
  eventShape('CredentialUpdated', z.strictObject({ generation: z.int().positive(), fields: z.array(z.string()) })),
  eventShape('CredentialRateLimited', z.strictObject({ until: z.iso.datetime(), code: failure.code })),
  /** `generation` is higher than before when the user name changed: older mutations must not run there. */
  eventShape('CredentialRotated', z.strictObject({ generation: z.int().positive() })),
  /** `reason` and `last_state`: absent in events of earlier releases. */
  eventShape(
    'CredentialDeleted',
    z.strictObject({
      force: z.boolean(),
      reason: z.string().nullable().optional(),
      last_state: credentialLastState.optional(),
    }),
  ),
]);

export type CredentialEvent = z.infer<typeof credentialEventSchema>;
export type RecordedCredentialEvent = Recorded<CredentialEvent>;
export const recordedCredentialEventSchema = z.intersection(
  envelopeSchema.omit({ type: true, data: true }),
  credentialEventSchema,
);

type Refusal = Extract<CredentialEvent, { type: 'CredentialRefused' }>['data'];

const absent = z.iso.datetime().nullable().default(null);

export const credentialSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  auth_kind: z.enum(['password', 'oauth2']),
  status: z.enum(CREDENTIAL_STATUSES),
  status_reason: failureCode.nullable().default(null),
  strikes: z.int(),
  /** When the first strike of the row was. */
  struck_at: absent,
  /** Probes since it was parked. */
  probes: z.int().default(0),
  paused: z
    .strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() })
    .nullable()
    .default(null),
  /** From then one job is let through. Null: not until somebody acts. */
  next_trial_at: absent,
  parked_at: absent,
  limited_until: absent,
  /** Rate limits since a login was last good and stayed so. Workers that met the same one counted it once. */
  limits: z.int().default(0),
  last_validated_at: absent,
  /** Since when its jobs may run (again). */
  available_since: z.iso.datetime(),
  generation: z.int(),
  /** Updates so far: their number is limited. */
  changes: z.int().default(0),
  /** By field of the vault (`secret` is one): the version of the last event that named it. */
  named: z.record(z.string(), z.int()).default({}),
  deleted: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type Credential = Readonly<z.infer<typeof credentialSchema>>;

export const TRIAL_AFTER_MS = 600_000;
const STRIKES_TO_PARK = 2;
const HOUR_MS = 3_600_000;
/** After it was parked. */
const PROBES_AFTER_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;
/** A probe that nobody has ended by then is taken to be lost. */
const PROBE_LOST_MS = 120_000;

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

/** What was good said nothing of another secret or another server; what was refused stays held until a test succeeds. */
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
  // A job that an operator triggered is no probe.
  if (jobId !== null) return struck;
  const probes = state.probes + 1;
  const wait = PROBES_AFTER_MS[probes];
  return { ...struck, probes, next_trial_at: wait === undefined ? null : shifted(state.parked_at, wait) };
}

/** Why jobs are held stays what it was when a test fails for a reason that would hold none. */
function reasonAfterTest(
  { status, status_reason: reason, strikes }: Credential,
  code: FailureCode,
): FailureCode | null {
  if (status === 'valid') return reason;
  return strikes === 0 || condemnsCredential(code) ? code : reason;
}

/** One that comes while another holds is the same one, met by another worker. */
function limited(state: Credential, until: string, at: string): Credential {
  const held = state.limited_until;
  const limits = held !== null && held > at ? state.limits : state.limits + 1;
  return { ...state, limits, limited_until: held !== null && held > until ? held : until };
}

const shifted = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();

export type Wait = { readonly on: PostponeReason; readonly until: string | null };

type Health = Pick<Credential, 'status' | 'next_trial_at' | 'limited_until' | 'paused'>;

/** Whether an operator's pause holds at `now` (ms). */
export function isPaused({ paused }: { readonly paused: Credential['paused'] }, now: number): boolean {
  return paused !== null && (paused.until === null || Date.parse(paused.until) > now);
}

/** What holds the credential's jobs back at `now` (ms), null when they may run. */
export function waitOf(credential: Health, now: number): Wait | null {
  if (isPaused(credential, now)) return { on: 'credential_paused', until: credential.paused?.until ?? null };
  if (credential.status === 'suspect') return { on: 'credential_suspect', until: credential.next_trial_at };
  if (credential.status === 'parked') return { on: 'credential_parked', until: credential.next_trial_at };
  if (credential.limited_until !== null && Date.parse(credential.limited_until) > now)
    return { on: 'rate_limited', until: credential.limited_until };
  return null;
}

/** Since when the credential's jobs might run, as of `now`, ms: what held them back last was over then. */
export function freeSince(credential: Credential, now: number): number {
  const ends = [credential.available_since, credential.limited_until, credential.paused?.until ?? null];
  const over = ends.map((end) => (end === null ? 0 : Date.parse(end))).filter((end) => end <= now);
  return Math.max(0, ...over);
}

export type Admission =
  | { readonly kind: 'run' }
  /** Only this one job may run, once the event is appended. */
  | { readonly kind: 'trial'; readonly event: CredentialEvent }
  | { readonly kind: 'wait'; readonly wait: Wait };

/** Whether a job of this credential may start at `now` (ms). */
export function admit(credential: Credential, jobId: string, now: number): Admission {
  const wait = waitOf(credential, now);
  if (wait === null) return { kind: 'run' };
  const due = wait.on === 'credential_suspect' && wait.until !== null && Date.parse(wait.until) <= now;
  return due
    ? { kind: 'trial', event: { type: 'CredentialTrialStarted', data: { job_id: jobId } } }
    : { kind: 'wait', wait };
}

/** Whether a parked credential is to be probed at `now` (ms). */
export function isProbeDue(credential: Credential, now: number): boolean {
  if (credential.deleted || credential.status !== 'parked' || isPaused(credential, now)) return false;
  return credential.next_trial_at !== null && Date.parse(credential.next_trial_at) <= now;
}

export const CREDENTIAL_HISTORY = {
  schema: recordedCredentialEventSchema,
  types: typeNames(credentialEventSchema),
  evolve: evolveCredential,
  state: credentialSchema,
};

/** The credential after its stored events, from a known state on; null when there are none. */
export function foldCredential(envelopes: readonly Envelope[], from: Credential | null = null): Credential | null {
  return foldEnvelopes(CREDENTIAL_HISTORY, envelopes, from);
}
