import { DEMO_ACCOUNT, type Demo } from './demo.ts';

/**
 * The text that `npm start` prints when it is ready. Lines that start at the margin can be pasted into bash and zsh.
 */
export function banner(
  url: string,
  token: string,
  demo: Demo | null,
  seconds: number,
  account: string = DEMO_ACCOUNT,
): string {
  const lines = [
    '',
    `inbox-manager jobs is ready after ${seconds.toFixed(1)} s`,
    '',
    `  console ${url}/`,
    `  API     ${url}/api`,
    `  docs    ${url}/api/docs`,
    `  health  ${url}/_local/health`,
    `  tokens  POST ${url}/_local/oidc/token (account_id, role, uid)`,
    ...(demo === null ? [] : ['', `  ${demo.isFirst ? 'First sync' : 'Sync'} of the demo mailbox: it ${demo.report}.`]),
    '',
    'Paste these variables into another terminal. The guides use them. The token is valid for 12 hours:',
    '',
    `TOKEN=${token}`,
    `API=${url}/api`,
    `ACCOUNT=$API/accounts/${account}`,
    'AUTH="authorization: Bearer $TOKEN"',
    "JSON='content-type: application/json'",
    ...(demo === null ? [] : [`CREDENTIAL=${demo.credentialId}`]),
    '',
    'Then try:',
    '',
    'curl -s "$ACCOUNT/jobs" -H "$AUTH" | jq',
  ];
  if (demo === null) {
    lines.push(
      'curl -s "$ACCOUNT/provider-credentials" -H "$AUTH" | jq',
      'curl -s "$ACCOUNT/mailboxes" -H "$AUTH" | jq',
    );
  } else {
    lines.push(
      `curl -s "$API/jobs/${demo.jobId}/events" -H "$AUTH" | jq`,
      'curl -s "$ACCOUNT/imap/sync-messages" -H "$AUTH" -H "$JSON" -d "{\\"credential_id\\": \\"$CREDENTIAL\\"}" | jq',
    );
  }
  return [...lines, '', 'Ctrl-C stops it.', ''].join('\n');
}
