/** The credentials of the demo. Each is found again by its `external_ref`, so a second run makes none twice. */
import type { Client } from '../../client/index.ts';
import type { DemoPlace } from './place.ts';

export type DemoAccount = {
  readonly client: Client;
  readonly account_id: string;
  readonly signal: AbortSignal;
};

export const CREDENTIALS = [
  'sales',
  'support',
  'billing',
  'workshop',
  'anna',
  'ben',
  'clara',
  'dora',
  'harbor',
  'slow',
  'typo',
  'asleep',
] as const;
export type CredentialName = (typeof CREDENTIALS)[number];
export type Credentials = Readonly<Record<CredentialName, string>>;

type Wanted = { readonly user: string; readonly label: string; readonly host?: string; readonly password?: string };

/** Nobody listens on the port. */
const CLOSED_PORT = 9;
const WRONG = 'not the password';

const WANTED: Readonly<Record<CredentialName, Wanted>> = {
  sales: { user: 'sales@northwind.example', label: 'Northwind sales' },
  support: { user: 'support@northwind.example', label: 'Northwind support' },
  billing: { user: 'billing@northwind.example', label: 'Northwind billing' },
  workshop: { user: 'orders@workshop.example', label: 'Workshop orders' },
  anna: { user: 'anna@post.example', label: 'Anna', password: WRONG },
  ben: { user: 'ben@post.example', label: 'Ben', password: WRONG },
  clara: { user: 'clara@post.example', label: 'Clara', password: WRONG },
  dora: { user: 'dora@post.example', label: 'Dora' },
  harbor: { user: 'desk@harbor.example', label: 'Harbor desk' },
  slow: { user: 'archive@slow.example', label: 'Slow archive' },
  typo: { user: 'sales@northwind.example', label: 'Host with a typo', host: 'imap.nothwind.invalid' },
  asleep: { user: 'night@asleep.example', label: 'Server that is down', host: 'imap.asleep.localhost' },
};

/** Makes the credentials that are missing, and returns all of them by name. */
export async function demoCredentials({ client, account_id, signal }: DemoAccount, place: DemoPlace) {
  const known = new Map<string, string>();
  for await (const { external_ref: reference, port, id } of client.credentials.list.each({ account_id, signal }))
    if (reference !== null && (port === place.port || port === CLOSED_PORT)) known.set(reference, id);
  const made = await Promise.all(
    CREDENTIALS.map(async (name) => {
      const { user, label, host, password } = WANTED[name];
      const reference = `demo-${name}`;
      const found = known.get(reference);
      if (found !== undefined) return [name, found] as const;
      const mailbox = place.mailboxes.find(({ username }) => username === user);
      const body = {
        provider_kind: 'imap' as const,
        host: host ?? mailbox?.host ?? 'localhost',
        port: name === 'asleep' ? CLOSED_PORT : place.port,
        security_mode: 'ssl_tls' as const,
        tls_ca_pem: place.ca_pem,
        auth_kind: 'password' as const,
        secret: { username: user, password: password ?? place.password },
        label,
        external_ref: reference,
        ...(name === 'slow' ? { max_connections: 1 } : {}),
      };
      return [name, (await client.credentials.create({ account_id, body, signal })).data.id] as const;
    }),
  );
  const all = new Map<CredentialName, string>(made);
  return (name: CredentialName): string => all.get(name) ?? '';
}
