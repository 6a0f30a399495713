import * as z from 'zod';
import type { WebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import { invalidFields } from '../../http/invalid-fields.ts';
import { Problem } from '../../http/problem.ts';
import { SECRET_SCHEMAS, type WebhookProvider } from '../../webhooks/providers/provider.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

const invalid = (pointer: string, message: string): Problem =>
  new Problem('invalid_request', { errors: [{ pointer, message }] });

/** Settings in their stored form. Throws Problem invalid_request with pointers into the body's settings. */
export function parsedSettings(
  { name, settings: schema }: WebhookProvider,
  given: Readonly<Record<string, unknown>>,
  url: string,
  ports: Pick<WebhookEndpointPorts, 'isIssuerKnown'>,
): Record<string, unknown> {
  // The audience that Pub/Sub puts into its token if none is configured.
  const parsed = schema.safeParse(name === 'gmail' ? { audience: url, ...given } : given);
  if (!parsed.success) {
    const errors = invalidFields(parsed.error.issues, 'body', schema);
    throw new Problem('invalid_request', {
      errors: errors.map((error) => ({ ...error, pointer: `/settings${error.pointer}` })),
    });
  }
  const settings = z.record(z.string(), z.unknown()).parse(parsed.data);
  if (typeof settings.issuer === 'string' && !ports.isIssuerKnown(settings.issuer))
    throw invalid('/settings/issuer', 'must be an issuer whose keys are known here');
  return settings;
}

/** Throws Problem invalid_request for a target that this provider's events can never name. */
export function assertMatchable({ name, matches }: WebhookProvider, target: WebhookEndpoint['target']): void {
  if ('match' in target && !matches.includes(target.match))
    throw invalid('/target/match', `events of ${name} name a mailbox by ${matches.join(' or ')}`);
}

/**
 * The given secret, or a generated one; null for a provider without secrets. Throws Problem invalid_request for a
 * secret that the provider would not accept, and no_webhook_secret if the provider does not use secrets.
 */
export function secretFor(
  { secret: kind }: WebhookProvider,
  given: string | undefined,
  { randomSecret }: Pick<WebhookEndpointPorts, 'randomSecret'>,
): string | null {
  if (kind === 'none') {
    if (given !== undefined) throw new Problem('no_webhook_secret');
    return null;
  }
  if (given === undefined) return kind === 'whsec' ? `whsec_${randomSecret()}` : randomSecret();
  const parsed = SECRET_SCHEMAS[kind].safeParse(given);
  if (!parsed.success) throw invalid('/secret', parsed.error.issues[0]?.message ?? 'must be a secret of this provider');
  return parsed.data;
}
