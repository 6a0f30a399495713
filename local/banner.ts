import { DEMO_ACCOUNT, type Demo } from './demo.ts';

/** What `npm start` prints when it is ready. */
export function banner(url: string, token: string, demo: Demo | null, seconds: number): string {
  const account = `${url}/api/accounts/${DEMO_ACCOUNT}`;
  const auth = '-H "authorization: Bearer $TOKEN"';
  const lines = [
    '',
    `inbox-manager jobs is ready after ${seconds.toFixed(1)} s`,
    '',
    `  API     ${url}/api`,
    `  docs    ${url}/api/docs`,
    `  health  ${url}/_local/health`,
    `  tokens  POST ${url}/_local/oidc/token (account_id, role, uid)`,
    ...(demo === null ? [] : ['', `  ${demo.isFirst ? 'First sync' : 'Sync'} of the demo mailbox: it ${demo.report}.`]),
    '',
    'A token for the demo account, good for 12 hours:',
    '',
    `TOKEN=${token}`,
    '',
    'Try:',
    '',
    `curl -s ${account}/jobs ${auth}`,
  ];
  if (demo === null) {
    lines.push(`curl -s ${account}/provider-credentials ${auth}`, `curl -s ${account}/mailboxes ${auth}`);
  } else {
    lines.push(
      `curl -s ${url}/api/jobs/${demo.jobId}/events ${auth}`,
      `curl -s ${account}/imap/sync-messages ${auth} -H 'content-type: application/json' -d '{"credential_id": "${demo.credentialId}"}'`,
    );
  }
  return [...lines, '', 'Ctrl-C stops it.', ''].join('\n');
}
