import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { Age } from '../../dates/time.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './credentials.module.css';
import { serverOf } from './health.ts';

const SECURITY = { ssl_tls: 'TLS from the start', starttls: 'STARTTLS', none: 'not encrypted' } as const;
const KINDS = { password: 'Password', oauth2: 'OAuth 2.0' } as const;

type Properties = { readonly account: string; readonly credential: Schemas['Credential'] };

export function CredentialFacts({ account, credential }: Properties) {
  const { security_mode: security, tls_certificates: certificates } = credential;
  const text = (value: string | null): ReactNode => (value === null ? '–' : <ServerText>{value}</ServerText>);
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Server', text(serverOf(credential))],
    ['Encryption', security === null ? '–' : SECURITY[security]],
    ['User', text(credential.username_masked)],
    ['Signs in with', KINDS[credential.auth_kind]],
    ['Connections at once', credential.max_connections ?? '–'],
    ['Your own id', text(credential.external_ref)],
    ['Last checked login', <Ago key="validated" at={credential.last_validated_at} />],
    ['Last used', <Ago key="used" at={credential.last_used_at} />],
    ['Last synced', <Ago key="synced" at={credential.last_synced_at} />],
    ['Added', <Ago key="created" at={credential.created_at} />],
    ['Generation', credential.generation],
    ...(certificates ?? []).map(
      (certificate, index) => [`Certificate ${index + 1}`, <Trusted key="one" certificate={certificate} />] as const,
    ),
  ];
  return (
    <section className={styles.facts} aria-labelledby="facts-title">
      <h2 id="facts-title">Connection</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Link to="/a/$account/jobs" params={{ account }} search={{ credential: [credential.id] }}>
          All its jobs
        </Link>
      </p>
    </section>
  );
}

function Ago({ at }: { readonly at: string | null }) {
  if (at === null) return <>never</>;
  return (
    <>
      <Age at={at} /> ago
    </>
  );
}

const CERTIFICATE_STATES = {
  valid: 'valid',
  expired: '✕ expired',
  not_yet_valid: '✕ not yet valid',
  unreadable: '✕ cannot be read',
} as const;

function Trusted({
  certificate: { status, fingerprint_sha256: print, expires_at: end },
}: {
  readonly certificate: Schemas['Certificate'];
}) {
  return (
    <span className={status === 'valid' ? undefined : styles.bad}>
      {CERTIFICATE_STATES[status]}
      {end !== null && ` until ${dateAndTime(end)}`}
      {print !== null && <code className={styles.print}>{print}</code>}
    </span>
  );
}
