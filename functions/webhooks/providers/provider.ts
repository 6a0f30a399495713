import * as z from 'zod';
import type { ProviderName, SubjectKind } from '../../domain/webhook/endpoint.ts';

/** Maximum size of a body, as sent and after decompression. It also limits the number of events. */
export const MAX_BODY_BYTES = 256 * 1024;
/**
 * Maximum age of an event whose time is signed within its body (Nylas, EmailEngine), ms. Both stop retrying a delivery
 * within an hour. Dedupe keys are kept longer than this, so every replay is either known or too old.
 */
export const REPLAY_WINDOW_MS = 24 * 60 * 60 * 1000;
/** How far a sender's clock may be ahead of ours, and for Standard Webhooks also behind, ms. */
export const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;

/** A request of a provider. `body` is unchanged, because signatures cover its bytes. */
export type WebhookRequest = {
  readonly method: 'GET' | 'POST';
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Percent-decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** The bytes as they were sent: not decompressed, not parsed. */
  readonly body: Uint8Array;
};

/**
 * The claims of a JWT whose RS256 signature is valid under the issuer's published keys, with any content; null if the
 * signature is invalid. Rejects only when the keys are unavailable, which says nothing about the request.
 */
export type VerifyToken = (jwt: string, issuer: string) => Promise<Record<string, unknown> | null>;

/** The data of the endpoint that a request is verified with. */
export type Verification<Settings = unknown> = {
  /** The current secret and, during the overlap of a rotation, the former ones: each is accepted. */
  readonly secrets: readonly string[];
  readonly settings: Settings;
  /** Wall time of receipt, ms since the epoch. */
  readonly now: number;
  readonly verifyToken: VerifyToken;
};

/** An event of a verified request. */
export type ProviderEvent = {
  /** The provider's id of the event, for people who compare logs; at most 255 characters. */
  readonly eventId: string;
  /**
   * The same for every delivery of one event, and different for other events; at most 255 characters. It is made from
   * verified data, so a replayed delivery cannot look new.
   */
  readonly dedupeKey: string;
  /** The provider's name of the type, known to us or not; at most 255 characters. */
  readonly eventType: string;
  /** When it happened, ISO 8601 in UTC with milliseconds; null when the provider does not say. */
  readonly at: string | null;
  /** The names of its mailbox in the event: the endpoint's target decides which one counts. */
  readonly subjects: Readonly<Partial<Record<SubjectKind, string>>>;
};

const REFUSAL_STATUS = {
  no_signature: 401,
  bad_signature: 401,
  /** The token is genuine, but was issued by or for another party. */
  wrong_claims: 401,
  unknown_subscription: 401,
  expired: 401,
  malformed: 400,
  too_large: 413,
  /** The endpoint's own settings do not match its provider. */
  misconfigured: 500,
} as const;

/** The reason why a request is not accepted. */
export type Refusal = keyof typeof REFUSAL_STATUS;

/** The HTTP status of a refusal. */
export type RefusalStatus = (typeof REFUSAL_STATUS)[Refusal];

/** The answer to a request: its events, the reply to a handshake, or a refusal. */
export type Answer =
  | { readonly kind: 'handshake'; readonly status: 200; readonly contentType: 'text/plain'; readonly body: string }
  /** `reason` is for the endpoint's owner: the sender gets only the status. */
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly reason: Refusal }
  | {
      readonly kind: 'accepted';
      readonly status: 200 | 202 | 204;
      readonly events: readonly ProviderEvent[];
      /** Items of the request that became no event. */
      readonly ignored: number;
    };

/** The answer that refuses a request. */
export const refused = (reason: Refusal): Answer => ({ kind: 'refused', status: REFUSAL_STATUS[reason], reason });

const MAX_HANDSHAKE = 2_048;
const CONTROL = /\p{Cc}/u;

/** Answers a provider's check of the endpoint with its own text; refused when too long or not plain text. */
export function handshake(text: string): Answer {
  if (text.length === 0 || text.length > MAX_HANDSHAKE || !isPlain(text)) return refused('malformed');
  return { kind: 'handshake', status: 200, contentType: 'text/plain', body: text };
}

const isPlain = (text: string): boolean => text.isWellFormed() && !CONTROL.test(text);

/**
 * Text of a provider that is safe in keys, logs and replies: well-formed, without control characters, limited in
 * length.
 */
export const boundedText = (most: number) =>
  z.string().min(1).max(most).refine(isPlain, 'must be well-formed and without control characters');

/** A text of at most 255 characters. */
export const shortText = boundedText(255);

/**
 * The format of an endpoint's secret, by kind. `whsec`: 24 to 64 bytes in base64 (Standard Webhooks 1.0.0, "Signature
 * scheme"). `text`: at most 128 characters, the limit of clientState in Microsoft Graph.
 */
export const SECRET_SCHEMAS = {
  whsec: z
    .string()
    .regex(/^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be whsec_ and base64')
    .refine((secret) => isWithin(Buffer.from(secret.slice(6), 'base64').length, 24, 64), 'must hold 24 to 64 bytes'),
  text: boundedText(128).min(16),
} as const satisfies Record<string, z.ZodType<string>>;

/** The kind of secret that a provider uses. */
export type SecretKind = keyof typeof SECRET_SCHEMAS | 'none';

const isWithin = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** The content of a sample delivery. */
export type Sample<Settings = unknown> = {
  readonly secret: string;
  readonly settings: Settings;
  readonly now: number;
  readonly eventId: string;
  /** The user name or external reference of a mailbox, as this provider's events name it. */
  readonly subject: string | null;
};

/** A request as the provider would send it; null when it cannot be made from the secret, settings or subject. */
export type SignSample<Settings = unknown> = (sample: Sample<Settings>) => WebhookRequest | null;

/** Whether this service can sign a sample of the provider, and how. */
export type Sampling<Settings = unknown> =
  | { readonly possible: true; readonly sign: SignSample<Settings> }
  /** `why` is a sentence for the API's caller. */
  | { readonly possible: false; readonly why: string };

/** The rules of one provider, without I/O except `verifyToken`. */
export type WebhookProvider = {
  readonly name: ProviderName;
  readonly secret: SecretKind;
  /** How its events can name a mailbox: an endpoint with any other target would never match. */
  readonly matches: readonly SubjectKind[];
  /** Strict: unknown settings are refused. */
  readonly settings: z.ZodType;
  /** Whether a request is genuine, and its events. Answers any input. Rejects only when `verifyToken` does. */
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

/** Makes a provider from its own definition; size, settings and empty secrets are checked here for all of them. */
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
      if (request.body.byteLength > MAX_BODY_BYTES) return refused('too_large');
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

/** For providers without settings. */
export const noSettings = z.strictObject({});
