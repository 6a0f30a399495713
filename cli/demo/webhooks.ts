/**
 * A webhook endpoint of the demo, with deliveries that were verified, that matched no mailbox, and that were refused.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { CredentialOf } from './jobs.ts';
import type { DemoAccount } from './mailboxes.ts';

const LABEL = 'Demo shop';

export async function makeDeliveries({ client, account_id, signal }: DemoAccount, of: CredentialOf): Promise<void> {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  for await (const { label } of client.webhookEndpoints.list.each({ account_id, signal })) if (label === LABEL) return;
  const body = {
    provider: 'standard' as const,
    target: { match: 'external_ref' as const },
    action: 'imap_sync_messages' as const,
    payload: { folder: 'INBOX' },
    label: LABEL,
    silent_after: '1d',
    secret,
  };
  const { data: endpoint } = await client.webhookEndpoints.create({ account_id, body, signal });
  const { data: unused } = await client.webhookEndpoints.create({
    account_id,
    body: { ...body, target: { credential_id: of('support') }, label: `${LABEL}, not used any more` },
    signal,
  });
  await client.webhookEndpoints.update({ webhook_endpoint_id: unused.id, body: { enabled: false }, signal });
  for (const reference of ['demo-sales', 'demo-support', 'demo-sales', 'demo-somebody-else', 'demo-workshop'])
    await deliver(endpoint.url, secret, reference, signal);
  for (const forged of ['whsec_AAAA', 'whsec_BBBB']) await deliver(endpoint.url, forged, 'demo-sales', signal);
}

/** Sends an event as a provider does, signed by Standard Webhooks 1.0.0. */
async function deliver(url: string, secret: string, external_ref: string, signal: AbortSignal): Promise<void> {
  const id = `msg_${randomBytes(8).toString('hex')}`;
  const now = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ type: 'message.created', data: { external_ref } });
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${now}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(now),
    'webhook-signature': `v1,${signature}`,
  };
  await (await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' })).text();
}
