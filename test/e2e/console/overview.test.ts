/** The overview in a browser: the way from a failure to its repair, and each number equals the list behind its link. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startDemo, startDemoMail } from '../../../local/demo.ts';
import type { DemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { syncMessages } from '../../fixtures/mailbox-account.ts';

const { stack, itInBrowser, signIn } = consoleWorld();
const ACCOUNT = 'acc_overview';
const HOME = `/a/${ACCOUNT}`;

let mail: DemoServer;
let api: Api;
let wrong: string;

/** The demo, with a job that failed for another reason, and one that waits for a paused mailbox. */
beforeAll(async () => {
  if (noChromium !== '') return;
  mail = await startDemoMail(stack(), ACCOUNT);
  const { credentialId } = await startDemo(stack(), mail, ACCOUNT);
  api = await apiOf(stack(), ACCOUNT);
  const credentials: Json[] = (await api.get(`/api/accounts/${ACCOUNT}/provider-credentials`)).body.data;
  wrong = credentials.find(({ external_ref }) => external_ref === 'demo-failing').id;
  await until(
    () => api.get(`/api/accounts/${ACCOUNT}/jobs?last_error_code=auth_failed`),
    ({ body }) => body.data.length === 1,
  );
  expect(await syncMessages(api, ACCOUNT, credentialId, { folder: 'Not here' })).toMatchObject({ status: 'failed' });
  await api.post(`/api/provider-credentials/${wrong}/pause`, {});
  await api.post(`/api/accounts/${ACCOUNT}/imap/sync-messages`, { credential_id: wrong });
  await until(
    () => api.get(`/api/accounts/${ACCOUNT}/jobs/stats`),
    ({ body }) => body.data.by_status.failed === 2 && body.data.by_status.queued === 1,
  );
});
afterAll(() => mail?.close());

const figures = (page: Page) => page.getByRole('list', { name: 'Figures' }).getByRole('link');
const figure = (page: Page, label: string) => figures(page).filter({ hasText: label });
const needs = (page: Page) => page.getByRole('region', { name: 'Needs you' });

/** The number of rows in the open list of jobs; null while the page loads it. */
async function rowsListed(page: Page): Promise<number | null> {
  if (await page.getByText('No job fits these filters').isVisible()) return 0;
  const table = page.getByRole('table', { name: 'Jobs' });
  if (!(await table.isVisible())) return null;
  return Number(await table.getAttribute('aria-rowcount')) - 1;
}

describe('the overview', () => {
  itInBrowser('leads from the failure of the demo to its repair in three clicks', async ({ page }) => {
    await signIn(page, HOME, { account: ACCOUNT });
    const row = needs(page).getByRole('listitem').filter({ hasText: 'auth_failed' });
    await row.getByText('mailbox owner must act').waitFor();
    await row.getByRole('link', { name: '1 job' }).click();
    await page.getByRole('table', { name: 'Jobs' }).getByRole('link', { name: 'auth_failed' }).click();
    await page.getByRole('region', { name: 'Why' }).waitFor();
    await page.getByRole('link', { name: 'Rotate & test' }).click();
    await page.getByRole('dialog').getByLabel('Password', { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`${HOME}/credentials/${wrong}`);
  });

  itInBrowser('has numbers that equal the lists that they lead to', async ({ page }) => {
    await signIn(page, HOME, { account: ACCOUNT });
    const seen: Record<string, number> = {};
    for (const label of ['Failed', 'Retrying', 'Waiting', 'Running', 'Stalled']) {
      const number = figure(page, label).getByText(/^\d+$/);
      await number.waitFor();
      seen[label] = Number(await number.textContent());
      await figure(page, label).click();
      await expect.poll(() => rowsListed(page), { message: label }).toBe(seen[label]);
      await page.goBack();
    }
    expect(seen).toEqual({ Failed: 2, Retrying: 0, Waiting: 1, Running: 0, Stalled: 0 });
    for (const text of ['auth_failed', 'mailbox_not_found']) {
      await needs(page).getByRole('listitem').filter({ hasText: text }).getByRole('link', { name: '1 job' }).click();
      await expect.poll(() => rowsListed(page), { message: text }).toBe(1);
      await page.goBack();
    }
    await figure(page, 'Oldest due')
      .getByText(/\d+s|\d+m/)
      .waitFor();
    await figure(page, 'Oldest due').click();
    await expect.poll(() => rowsListed(page), { message: 'Oldest due' }).toBe(1);
    await page.goBack();
    const folders = page.getByRole('link', { name: /^Folders in error/ });
    await folders.getByText('0', { exact: true }).waitFor();
    await folders.click();
    await page.getByText('No folder is in error').waitFor();
    await page.goBack();
    await needs(page)
      .getByRole('link', { name: /^Open: .*, localhost/ })
      .first()
      .click();
    await page.getByRole('button', { name: /^Retry all/ }).waitFor();
    await page.goBack();
    const parked = page.getByRole('link', { name: /^Parked credentials/ });
    await parked.getByText('0', { exact: true }).waitFor();
    await parked.click();
    await page.getByText('No credential fits these filters').waitFor();
  });

  itInBrowser('shows the last day as pictures, with the same numbers in tables', async ({ page }) => {
    await signIn(page, HOME, { account: ACCOUNT });
    await page.getByRole('figure', { name: /^Failures by code/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'overview');
    const codes = page.getByRole('figure', { name: /^Failures by code/ });
    for (const code of ['auth_failed 1', 'mailbox_not_found 1']) await codes.getByText(code).waitFor();
    const ended = page.getByRole('figure', { name: /^Ended jobs/ });
    await ended.getByText('Data').click();
    const table = ended.getByRole('table');
    expect(await table.getByRole('row').count()).toBe(25);
    const numbers = await table.getByRole('cell').allTextContents();
    const total = numbers.reduce((sum, text) => sum + Number(text), 0);
    const { body } = await api.get(`/api/accounts/${ACCOUNT}/jobs/stats`);
    const { succeeded, failed, resolved } = body.data.by_status;
    expect(total).toBe(succeeded + failed + resolved);
    expect(await violations(page)).toEqual([]);
  });

  itInBrowser('of an account without jobs leads to the jobs', async ({ page }) => {
    await signIn(page, '/a/acc_overview_empty', { account: 'acc_overview_empty', role: 'viewer' });
    await page.getByText('Nothing needs you').waitFor();
    await figure(page, 'Oldest due').getByText('none').waitFor();
    await page.getByRole('figure', { name: /^Failures by code/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'overview-empty');
  });
});
