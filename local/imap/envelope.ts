import { type EnvelopeAddress, parseAddresses } from './addresses.ts';
import { list, nstring } from './encode.ts';
import { fieldOf, splitMessage } from './header.ts';

const envelopes = new WeakMap<Buffer, string>();

/** The ENVELOPE of a message (RFC 9051 section 7.5.2) as it goes over the wire; made once per message. */
export function envelopeOf(raw: Buffer): string {
  const known = envelopes.get(raw);
  if (known !== undefined) return known;
  const message = splitMessage(raw);
  const field = (name: string): string | null => fieldOf(message, name);
  const from = addresses(field('from'));
  const orFrom = (name: string): string => {
    const own = addresses(field(name));
    return own === 'NIL' ? from : own;
  };
  const envelope = list([
    nstring(field('date')),
    nstring(field('subject')),
    from,
    orFrom('sender'),
    orFrom('reply-to'),
    addresses(field('to')),
    addresses(field('cc')),
    addresses(field('bcc')),
    nstring(field('in-reply-to')),
    nstring(field('message-id')),
  ]);
  envelopes.set(raw, envelope);
  return envelope;
}

function addresses(value: string | null): string {
  const parsed = value === null ? [] : parseAddresses(value);
  return parsed.length === 0 ? 'NIL' : `(${parsed.map(address).join('')})`;
}

function address({ name, mailbox, host }: EnvelopeAddress): string {
  return list([nstring(name), 'NIL', nstring(mailbox), nstring(host)]);
}
