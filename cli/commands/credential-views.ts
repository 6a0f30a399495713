/** How credentials and their tests look to people. The API never shows a secret. */
import type { Schemas } from '../../client/index.ts';
import { count } from '../output/ages.ts';
import type { Line, Style } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { WHO } from './job-views.ts';

type Credential = Schemas['Credential'];

const STYLES: Record<Credential['status'], Style | null> = {
  unverified: null,
  valid: 'green',
  suspect: 'yellow',
  parked: 'red',
  paused: 'yellow',
};

export const CREDENTIAL_COLUMNS: readonly Column<Credential>[] = [
  { title: 'CREDENTIAL', value: ({ id }) => id },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'REASON', value: ({ status_reason: reason }) => reason, least: 6 },
  { title: 'HOST', value: ({ host, port }) => `${host}:${port}`, least: 8 },
  { title: 'WAITING', value: ({ waiting_jobs: jobs }) => count(jobs) },
  { title: 'LABEL', value: ({ label }) => label, least: 5 },
];

export function credentialLines(credential: Credential): Line[] {
  return [
    ['credential', credential.id],
    ['status', credential.status, STYLES[credential.status]],
    ['reason', credential.status_reason],
    ['server', `${credential.host}:${credential.port} (${credential.security_mode})`],
    ['user', credential.username_masked],
    ['sign-in', credential.auth_kind],
    ['label', credential.label],
    ['external ref', credential.external_ref],
    ['waiting jobs', count(credential.waiting_jobs)],
    ['next probe', credential.next_probe_at],
    ['validated', credential.last_validated_at],
    ['synced', credential.last_synced_at],
    ['version', credential.version],
  ];
}

export function testLines(outcome: Schemas['CredentialTest']): Line[] {
  if (outcome.ok)
    return [
      ['test', 'ok', 'green'],
      ['folders', outcome.mailboxes],
    ];
  return [
    ['test', `failed: ${outcome.code}`, 'red'],
    ['why', `${outcome.title}: ${outcome.detail}`],
    ['who', WHO[outcome.who]],
    ['next step', outcome.next_step],
  ];
}
