import { randomBytes } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoCredentialVault } from '../adapters/dynamodb/credential-vault.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoKeyRows } from '../adapters/dynamodb/key-rows.ts';
import { dynamoMailStore } from '../adapters/dynamodb/mail-store.ts';
import { dynamoPermits } from '../adapters/dynamodb/permits.ts';
import { dynamoQuotaCounts } from '../adapters/dynamodb/quota-counts.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoUsage } from '../adapters/dynamodb/usage.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../adapters/dynamodb/webhook-vault.ts';
import { sendSample } from '../adapters/http/send-sample.ts';
import { ids } from '../adapters/ids/ids.ts';
import { createMailboxProvider } from '../adapters/imap/connect.ts';
import { isHostAllowed } from '../adapters/imap/guarded-lookup.ts';
import { dynamoCursorSeal } from '../adapters/kms/cursor-seal.ts';
import { kmsVault } from '../adapters/kms/vault.ts';
import { tokenEndpoint } from '../adapters/oauth/token-endpoint.ts';
import { readIssuers } from '../adapters/oidc/verify-token.ts';
import { quotas } from '../api/accounts/quotas.ts';
import { createCredential } from '../api/credentials/create-credential.ts';
import type { CredentialPorts } from '../api/credentials/credential-ports.ts';
import { deleteCredential } from '../api/credentials/delete-credential.ts';
import { withLastUse } from '../api/credentials/last-use.ts';
import { loginLimits } from '../api/credentials/login-limits.ts';
import { pauseCredential, resumeCredential } from '../api/credentials/pause-credential.ts';
import { rotateCredential } from '../api/credentials/rotate-credential.ts';
import { testCredential } from '../api/credentials/test-credential.ts';
import { testNewCredential } from '../api/credentials/test-new-credential.ts';
import { updateCredential } from '../api/credentials/update-credential.ts';
import type { MailPorts } from '../api/mail/mail-ports.ts';
import { getEmail, listEmails, listMailboxes, searchEmails } from '../api/mail/read-mail.ts';
import { createWebhookEndpoint } from '../api/webhook-endpoints/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from '../api/webhook-endpoints/delete-webhook-endpoint.ts';
import {
  getDelivery,
  getWebhookEndpoint,
  listDeliveries,
  listWebhookEndpoints,
} from '../api/webhook-endpoints/read-webhook-endpoints.ts';
import { rotateWebhookSecret } from '../api/webhook-endpoints/rotate-webhook-secret.ts';
import { testWebhookEndpoint } from '../api/webhook-endpoints/test-webhook-endpoint.ts';
import { updateWebhookEndpoint } from '../api/webhook-endpoints/update-webhook-endpoint.ts';
import type { WebhookEndpointPorts } from '../api/webhook-endpoints/webhook-endpoint-ports.ts';
import { isPortAllowed } from '../domain/network/address.ts';
import { requestLimits } from '../http/request-limits.ts';
import { serve } from '../http/serve.ts';
import { settings } from '../runtime/environment.ts';
import { imapPolicy } from '../runtime/imap-policy.ts';
import { fromViews } from '../streams/current.ts';

const {
  EVENTS_TABLE,
  VIEWS_TABLE,
  SECRETS_TABLE,
  LEASES_TABLE,
  MAIL_TABLE,
  DATA_KEY_ID,
  PUSH_ISSUERS,
  LIMITS,
  ACCOUNT_WAITS,
} = settings;
const environment = z
  .object({
    EVENTS_TABLE,
    VIEWS_TABLE,
    SECRETS_TABLE,
    LEASES_TABLE,
    MAIL_TABLE,
    DATA_KEY_ID,
    PUSH_ISSUERS,
    LIMITS,
    ACCOUNT_WAITS,
  })
  .parse(process.env);
const policy = imapPolicy(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const kms = new KMSClient(REQUESTS);
const vault = kmsVault(kms, environment.DATA_KEY_ID, dynamoKeyRows(client, environment.SECRETS_TABLE));
// Cursors have a key of their own: it is wrapped in their row of the views.
const cursors = dynamoCursorSeal(client, environment.VIEWS_TABLE, kmsVault(kms, environment.DATA_KEY_ID));
const accountQuotas = quotas(dynamoQuotaCounts(client, environment.LEASES_TABLE), views, environment.LIMITS);
const slots = dynamoSlots(client, environment.LEASES_TABLE);
const ports: CredentialPorts = {
  quotas: accountQuotas,
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  views,
  vault: withLastUse(dynamoCredentialVault(client, environment.SECRETS_TABLE, vault), slots),
  mail: dynamoMailStore(client, environment.MAIL_TABLE),
  ids,
  provider: createMailboxProvider(policy),
  slots,
  tokens: tokenEndpoint(policy),
  accountWaits: environment.ACCOUNT_WAITS,
  limits: loginLimits(dynamoUsage(client, environment.LEASES_TABLE), ids, environment.LIMITS),
  fingerprint: cursors.fingerprint,
  refusal({ host, port, security_mode: mode }) {
    if (!isPortAllowed(port, policy.ports)) return { field: 'port', message: 'is none of the ports allowed here' };
    if (!isHostAllowed(host, port, policy)) return { field: 'host', message: 'must be a public host name or address' };
    if (mode === 'none' && policy.plaintext === 'deny')
      return { field: 'security_mode', message: 'none is not allowed here' };
    return null;
  },
};

const mailPorts: MailPorts = { log: ports.log, mail: ports.mail, cursors };
const issuers = readIssuers(environment.PUSH_ISSUERS);
const webhookPorts: WebhookEndpointPorts = {
  quotas: accountQuotas,
  log: ports.log,
  views: ports.views,
  webhooks: dynamoWebhookVault(client, environment.SECRETS_TABLE, vault),
  ids,
  cursors,
  fingerprint: cursors.fingerprint,
  randomSecret: () => randomBytes(32).toString('base64'),
  isIssuerKnown: (issuer) => issuers.has(issuer),
  send: sendSample,
};

const permits = dynamoPermits(client, environment.LEASES_TABLE);

export const handler = serve(
  [
    createCredential(ports),
    deleteCredential(ports),
    testCredential(ports),
    testNewCredential(ports),
    rotateCredential(ports),
    updateCredential(ports),
    pauseCredential(ports),
    resumeCredential(ports),
    listMailboxes(mailPorts),
    listEmails(mailPorts),
    searchEmails(mailPorts),
    getEmail(mailPorts),
    createWebhookEndpoint(webhookPorts),
    listWebhookEndpoints(webhookPorts),
    getWebhookEndpoint(webhookPorts),
    listDeliveries(webhookPorts),
    getDelivery(webhookPorts),
    updateWebhookEndpoint(webhookPorts),
    deleteWebhookEndpoint(webhookPorts),
    rotateWebhookSecret(webhookPorts),
    testWebhookEndpoint(webhookPorts),
  ],
  requestLimits(permits, environment.LIMITS),
);
