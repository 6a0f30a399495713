import * as z from 'zod';
import type { ProviderName, SubjectKind } from '../../domain/webhook/endpoint.ts';

/** Of a body as it came and, where it came compressed, of what it unfolds to. It bounds what events there can be in one. */
export const MOST_BODY_BYTES = 256 * 1024;
/**
 * How old an event may be whose time is signed within its body (Nylas, EmailEngine), ms. Both give up on a delivery
 * within the hour; a dedupe key remembered for this long makes every replay one of a known event or too old.
 */
export const REPLAY_WINDOW_MS = 24 * 60 * 60 * 1000;
/** How far a sender's clock may be ahead of ours, and for Standard Webhooks behind it too, ms. */
export const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;

export type WebhookRequest = {
  readonly method: 'GET' | 'POST';
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Percent-decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** The bytes as they were sent: nothing unfolded, nothing parsed. */
  readonly body: Uint8Array;
};

/**
 * The claims of a JWT whose RS256 signature holds by the issuer's published keys, whatever they say; null for one whose
 * does not. It rejects only when those keys cannot be had, which is no verdict on the request.
 */
export type VerifyToken = (jwt: string, issuer: string) => Promise<Record<string, unknown> | null>;

export type Verification<Settings = unknown> = {
  /** The current one and, while a rotation's overlap lasts, the former: any of them holds. */
  readonly secrets: readonly string[];
  readonly settings: Settings;
  /** Wall time of receipt, ms since the epoch. */
  readonly now: number;
  readonly verifyToken: VerifyToken;
};

export type ProviderEvent = {
  /** What the provider calls the event, for people who compare logs; at most 255 characters. */
  readonly eventId: string;
  /**
   * The same for every delivery of one event and never for another's; at most 255 characters. It comes from what is
   * verified, so that who replays a delivery cannot make it look new.
   */
  readonly dedupeKey: string;
  /** As the provider names it, known to us or not; at most 255 characters. */
  readonly eventType: string;
  /** When it happened, ISO 8601 in UTC with milliseconds; null when the provider does not tell. */
  readonly at: string | null;
  /** By which names it tells of its mailbox: the endpoint's target says which of them counts. */
  readonly subjects: Readonly<Partial<Record<SubjectKind, string>>>;
};

const REFUSAL_STATUS = {
  no_signature: 401,
  bad_signature: 401,
  /** The token is genuine, but made by or for someone else. */
  wrong_claims: 401,
  unknown_subscription: 401,
  expired: 401,
  malformed: 400,
  too_large: 413,
  /** The endpoint's own settings do not fit its provider. */
  misconfigured: 500,
} as const;
export type Refusal = keyof typeof REFUSAL_STATUS;
export type RefusalStatus = (typeof REFUSAL_STATUS)[Refusal];

export type Answer =
  | { readonly kind: 'handshake'; readonly status: 200; readonly contentType: 'text/plain'; readonly body: string }
  /** `reason` is for the endpoint's owner: the sender gets the status alone. */
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly reason: Refusal }
  | {
      readonly kind: 'accepted';
      readonly status: 200 | 202 | 204;
      readonly events: readonly ProviderEvent[];
      /** Items of the request that became no event. */
      readonly ignored: number;
    };

export const refused = (reason: Refusal): Answer => ({ kind: 'refused', status: REFUSAL_STATUS[reason], reason });

const MOST_HANDSHAKE = 2_048;
const CONTROL = /\p{Cc}/u;

/** The answer to a provider that asks whether we listen: its own text back; refused when overlong or not plain text. */
export function handshake(text: string): Answer {
  if (text.length === 0 || text.length > MOST_HANDSHAKE || !isPlain(text)) return refused('malformed');
  return { kind: 'handshake', status: 200, contentType: 'text/plain', body: text };
}

const isPlain = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

/** Text of a provider that may stand in keys, logs and replies: well-formed, without control characters, bounded. */
export const boundedText = (most: number) =>
  z.string().min(1).max(most).refine(isPlain, 'must be well-formed and without control characters');
export const shortText = boundedText(255);

/**
 * What an endpoint's secret must look like, by kind. `whsec`: 24 to 64 bytes in base64 (Standard Webhooks 1.0.0,
 * "Signature scheme"). `text`: at most 128 characters, what Microsoft Graph takes as clientState.
 */
export const SECRET_SCHEMAS = {
  whsec: z
    .string()
    .regex(/^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be whsec_ and base64')
    .refine((secret) => isWithin(Buffer.from(secret.slice(6), 'base64').length, 24, 64), 'must hold 24 to 64 bytes'),
  text: boundedText(128).min(16),
} as const satisfies Record<string, z.ZodType<string>>;
export type SecretKind = keyof typeof SECRET_SCHEMAS | 'none';

const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** What a sample delivery shall say. */
export type Sample<Settings = unknown> = {
  readonly secret: string;
  readonly settings: Settings;
  readonly now: number;
  readonly eventId: string;
  /** The username or external reference of a mailbox, as this provider's events name it. */
  readonly subject: string | null;
};

/** A request as the provider would send it; null when secret, settings or subject are none that it could be made of. */
export type SignSample<Settings = unknown> = (sample: Sample<Settings>) => WebhookRequest | null;

export type Sampling<Settings = unknown> =
  | { readonly possible: true; readonly sign: SignSample<Settings> }
  /** `why` is a sentence for the API's caller. */
  | { readonly possible: false; readonly why: string };

export type WebhookProvider = {
  readonly name: ProviderName;
  readonly secret: SecretKind;
  /** By what its events name a mailbox: an endpoint whose target matches by anything else would never match. */
  readonly matches: readonly SubjectKind[];
  /** Strict: unknown settings are refused. */
  readonly settings: z.ZodType;
  /**
   * Whether a request is genuine, and what it tells. Total: whatever was sent, it answers. It rejects only when
   * `verifyToken` does.
   */
  receive(request: WebhookRequest, verification: Verification): Promise<Answer>;
  readonly sample: Sampling;
};

type Definition<Settings extends z.ZodType> = {
  readonly name: ProviderName;
  readonly secret: SecretKind;
  readonly matches: readonly SubjectKind[];
  readonly settings: Settings;
  receive(request: WebhookRequest, verification: Verification<z.output<Settings>>): Answer | Promise<Answer>;
  readonly sample: Sampling<z.output<Settings>>;
};

/** A provider from what is its own; sizes, settings and empty secrets are dealt with here for all of them. */
export function provider<Settings extends z.ZodType>(definition: Definition<Settings>): WebhookProvider {
  const { settings: schema, sample } = definition;
  return {
    name: definition.name,
    secret: definition.secret,
    matches: definition.matches,
    settings: schema,
    async receive(request, verification) {
      const settings = schema.safeParse(verification.settings ?? {});
      if (!settings.success) return refused('misconfigured');
      if (request.body.byteLength > MOST_BODY_BYTES) return refused('too_large');
      // Anyone can sign with the empty secret.
      const secrets = verification.secrets.filter((secret) => secret !== '');
      return definition.receive(request, { ...verification, secrets, settings: settings.data });
    },
    sample: sample.possible
      ? {
          possible: true,
          sign(parts) {
            const settings = schema.safeParse(parts.settings ?? {});
            return settings.success ? sample.sign({ ...parts, settings: settings.data }) : null;
          },
        }
      : sample,
  };
}

export const noSettings = z.strictObject({});
