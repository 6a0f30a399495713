/** The body of a new endpoint from what is in its form. */
import type { Input } from '../../../client/index.ts';

type NewEndpoint = Input<'createWebhookEndpoint'>['body'];

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** A JSON object; an empty field is an empty object. Throws an Error with a sentence for people. */
function objectOf(form: FormData, name: string, label: string): object {
  const typed = text(form, name);
  if (typed === '') return {};
  try {
    const value: unknown = JSON.parse(typed);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The error below covers this case too.
  }
  throw new Error(`${label} must be a JSON object, such as {"folder": "INBOX"}.`);
}

/**
 * The body of the request. Payload and settings may be any object, because the service checks them. Throws an Error
 * with a sentence for people.
 */
export function newEndpointOf(form: FormData): NewEndpoint {
  const types = text(form, 'event_types')
    .split(/[\s,]+/)
    .filter((type) => type !== '');
  const [secret, label, silent] = [text(form, 'secret'), text(form, 'label'), text(form, 'silent_after')];
  const target = text(form, 'target');
  return JSON.parse(
    JSON.stringify({
      provider: text(form, 'provider'),
      target: target === 'credential' ? { credential_id: text(form, 'credential_id') } : { match: target },
      action: text(form, 'action'),
      payload: objectOf(form, 'payload', 'The payload'),
      settings: objectOf(form, 'settings', 'The settings'),
      event_types: types.length === 0 ? null : types,
      label: label === '' ? null : label,
      silent_after: silent === '' ? null : silent,
      ...(secret === '' ? {} : { secret }),
    }),
  );
}
