/** The webhook endpoints of an account in a browser: the list, one of them, its deliveries, and every command. */
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type DemoServer, startDemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { addCredential } from '../../fixtures/mailbox-account.ts';

const { stack, itInBrowser, signIn } = consoleWorld();
const HOSTILE = 'message.\u202ecreated <b>';

let mail: DemoServer;
beforeAll(async () => {
  if (noChromium === '') mail = await startDemoServer();
});
afterAll(() => mail?.close());

type Hooked = { readonly account: string; readonly api: Api; readonly endpoint: Json; readonly secret: string };

/** An account with an endpoint that has received no event yet. */
async function hooked(name: string): Promise<Hooked> {
  const account = `acc_${name}`;
  const api = await apiOf(stack(), account);
  const credential = await addCredential(api, account, mail);
  const { body } = await api.post(`/api/accounts/${account}/webhook-endpoints`, {
    provider: 'standard',
    target: { credential_id: credential },
    action: 'imap_sync_mailboxes',
    payload: {},
    event_types: [HOSTILE, 'message.created'],
    label: 'Orders',
    silent_after: '24h',
  });
  return { account, api, endpoint: body.data, secret: body.data.secret };
}

/** An event as the provider sends it. The service refuses it if the secret is wrong. */
async function deliver({ endpoint }: Hooked, secret: string, type = 'message.created'): Promise<number> {
  const id = `msg_${randomBytes(8).toString('hex')}`;
  const now = new Date();
  const body = JSON.stringify({ type, data: {} });
  const reply = await fetch(endpoint.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
    body,
  });
  return reply.status;
}

const listed = async ({ api, endpoint }: Hooked): Promise<readonly Json[]> =>
  (await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries`)).body.data;

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
const outcomes = (page: Page): Promise<string[]> =>
  rowsOf(page).getByRole('link').filter({ hasNotText: 'job_' }).allTextContents();

describe('an endpoint', () => {
  itInBrowser('is added, and its secret is shown once: then here, and after a rotation', async ({ page, context }) => {
    const api = await apiOf(stack(), 'acc_hook');
    const credential = await addCredential(api, 'acc_hook', mail);
    await signIn(page, '/a/acc_hook/webhooks', { account: 'acc_hook' });
    await page.getByText('No provider reports here yet').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'webhooks-empty');
    await page.getByRole('main').getByRole('link', { name: 'Add an endpoint' }).first().click();
    await page.getByLabel('Name').fill('Orders');
    await page.getByLabel('Mailbox', { exact: true }).fill(credential);
    await page.getByLabel('Payload of the job').fill('{"folder": ');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('The payload must be a JSON object').waitFor();
    await page.getByLabel('Payload of the job').fill('{"folder": "INBOX"}');
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'webhook-add');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('It is shown only now.').waitFor();
    const secret = (await page.locator('[data-secret]').textContent()) ?? '';
    expect(secret).toMatch(/^whsec_/);
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'webhook-added');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy secret' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);

    await page.getByRole('link', { name: 'Open the endpoint' }).click();
    await page.getByText('No event has come yet').waitFor();
    const kept =
      'JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, location.href])';
    expect(await page.evaluate(kept)).not.toContain(secret);

    await page.getByRole('button', { name: 'Rotate the secret' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate the secret' });
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    const other = (await dialog.locator('[data-secret]').textContent()) ?? '';
    expect(other).toMatch(/^whsec_/);
    expect(other).not.toBe(secret);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(kept)).not.toContain(other);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Rotate the secret');
  });

  itInBrowser('shows its deliveries with why they made no job, filtered by the service', async ({ page }) => {
    const world = await hooked('deliveries');
    expect(await deliver(world, world.secret)).toBe(202);
    expect(await deliver(world, world.secret, 'message.deleted')).toBe(202);
    expect(await deliver(world, `whsec_${randomBytes(24).toString('base64')}`)).toBe(401);
    await until(
      () => listed(world),
      (rows) => rows.length === 3 && rows.every(({ job_id, reason }) => job_id !== null || reason !== null),
    );
    const path = `/a/${world.account}/webhooks/${world.endpoint.id}`;
    await signIn(page, path, { account: world.account });
    await expect.poll(() => outcomes(page)).toHaveLength(3);
    expect((await outcomes(page)).toSorted()).toEqual(['✓ Made a job', '✕ Refused', '○ No job'].toSorted());
    await rowsOf(page).getByText('Its type is not one of the endpoint').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'webhook');

    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel('Which deliveries').selectOption('Refused');
    await expect.poll(() => outcomes(page)).toEqual(['✕ Refused']);
    expect(new URL(page.url()).search).toBe('?verified=false');
    await page.getByLabel('Reason').selectOption('It names no mailbox');
    await page.getByText('No delivery fits these filters').waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByLabel('Reason').selectOption('Its type is not one of the endpoint');
    await expect.poll(() => outcomes(page)).toEqual(['○ No job']);
    await page.getByLabel('Received in').selectOption('last 1h');
    await expect.poll(() => outcomes(page)).toEqual(['○ No job']);
    await page.reload();
    await expect.poll(() => outcomes(page)).toEqual(['○ No job']);
    expect(new URL(page.url()).search).toBe('?reason=filtered&since=1h');

    await rowsOf(page).nth(1).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Delivery' }).waitFor();
    await page.getByText('message.deleted').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'delivery');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('link', { name: 'All deliveries' }).click();
    await expect.poll(() => outcomes(page)).toEqual(['○ No job']);
    expect(new URL(page.url()).search).toBe('?reason=filtered&since=1h');
  });

  itInBrowser('is tested, disabled, enabled and deleted by an owner', async ({ page }) => {
    const world = await hooked('commands');
    await signIn(page, `/a/${world.account}/webhooks`, { account: world.account });
    await page.getByRole('table', { name: 'Webhook endpoints' }).getByText('Nothing came yet').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'webhooks');
    await page.getByRole('link', { name: 'Orders' }).click();
    await page.getByRole('button', { name: 'Test' }).click();
    const test = page.getByRole('dialog', { name: 'Test the endpoint' });
    await test.getByRole('button', { name: 'Send the sample' }).click();
    await test.getByText('The endpoint took the sample.').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'webhook-test');
    await test.getByRole('link', { name: 'See its delivery' }).click();
    await page.getByRole('heading', { name: 'Delivery' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('‖ Disabled').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('the provider has moved');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No provider reports here yet').waitFor();
    expect((await world.api.get(`/api/webhook-endpoints/${world.endpoint.id}`)).status).toBe(404);
  });
});

describe.each(['viewer', 'member'] as const)('a %s', (role) => {
  itInBrowser(
    'sees endpoints and deliveries but no command, and the service refuses the same calls',
    async ({ page }) => {
      const world = await hooked(`hook_${role}`);
      await signIn(page, `/a/${world.account}/webhooks`, { account: world.account, role });
      await page.getByRole('link', { name: 'Orders' }).click();
      await page.getByText('No event has come yet').waitFor();
      const main = page.getByRole('main');
      expect(await main.getByRole('button').allTextContents()).toEqual(['Copy address']);
      await page.goto(`/a/${world.account}/webhooks/add`);
      await page.getByText('To add an endpoint, the role owner is needed').waitFor();
      expect(await main.getByRole('button').count()).toBe(0);
      const same = await apiOf(stack(), world.account, role);
      const own = `/api/webhook-endpoints/${world.endpoint.id}`;
      const refused = [
        await same.post(`${own}/test`, {}),
        await same.post(`${own}/rotate`, {}),
        await same.send('PATCH', own, { enabled: false }),
        await same.delete(own),
      ];
      expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    },
  );
});
