/** The audit in a browser: who did what and why, filters in the address, and the entries of a deleted job. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type DemoServer, startDemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, ended, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { addCredential } from '../../fixtures/mailbox-account.ts';

const { stack, itInBrowser, signIn } = consoleWorld();
const HOSTILE = '<img src=x onerror=alert(1)> \u05d0\u05d1\u05d2 &amp;';

let mail: DemoServer;
beforeAll(async () => {
  if (noChromium === '') mail = await startDemoServer();
});
afterAll(() => mail?.close());

type Audited = { readonly account: string; readonly api: Api; readonly task: string; readonly job: string };

const entriesOf = async (api: Api, account: string): Promise<readonly Json[]> =>
  (await api.get(`/api/accounts/${account}/logs?limit=100`)).body.data;

/** An account in which a job was requested, run and deleted, each time with a reason. */
async function audited(name: string): Promise<Audited> {
  const account = `acc_${name}`;
  const api = await apiOf(stack(), account, 'owner', 'jane');
  const credential = await addCredential(api, account, mail);
  const { body } = await api.post(`/api/accounts/${account}/tasks`, {
    task_type: 'imap_sync_mailboxes',
    target_credential_id: credential,
  });
  const task: string = body.data.id;
  const job: string = (await api.post(`/api/tasks/${task}/trigger`, { reason: HOSTILE })).body.data.id;
  await ended(api, job);
  await api.delete(`/api/jobs/${job}?reason=${encodeURIComponent('ordered by mistake')}`);
  await until(
    () => entriesOf(api, account),
    (entries) => entries.some(({ action }) => action === 'job_deleted'),
  );
  return { account, api, task, job };
}

const table = (page: Page) => page.getByRole('table', { name: 'Audit' });
const actions = (page: Page): Promise<string[]> => table(page).locator('[data-column="action"]').allTextContents();

describe('the audit', () => {
  itInBrowser('says who did what to which thing and why, and filters by the service', async ({ page }) => {
    const { account, api, task } = await audited('audit');
    await signIn(page, `/a/${account}/audit`, { account, role: 'viewer' });
    await table(page).getByRole('link', { name: 'job deleted' }).waitFor();
    expect(await actions(page)).toEqual(
      (await entriesOf(api, account)).map(({ action }) => action.replaceAll('_', ' ')),
    );
    const row = table(page).getByRole('row').filter({ hasText: 'job deleted' });
    expect(await row.textContent()).toContain('jane');
    await row.getByText('ordered by mistake').waitFor();
    await table(page).getByText(HOSTILE).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'audit');

    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel('What was done').selectOption('task created');
    await expect.poll(() => actions(page)).toEqual(['task created']);
    await page.getByLabel('What was done').selectOption('job deleted');
    await expect.poll(() => actions(page)).toEqual(['job deleted', 'task created']);
    expect(new URL(page.url()).search).toBe('?action=task_created&action=job_deleted');
    await page.getByLabel('To what').selectOption('task');
    await expect.poll(() => actions(page)).toEqual(['task created']);
    await page.reload();
    await expect.poll(() => actions(page)).toEqual(['task created']);
    await page.getByLabel('Value of the filter').fill('nobody');
    await page.getByRole('button', { name: 'Add filter' }).click();
    await page.getByText('No entry fits these filters').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'audit-empty');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goBack();
    await expect.poll(() => actions(page)).toEqual(['task created']);
    await table(page).getByRole('link', { name: task }).click();
    await page.getByRole('heading', { name: 'sync mailboxes' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/a/${account}/tasks/${task}`);
  });

  itInBrowser('shows the refusal of the service for an unknown filter', async ({ page, expectReport }) => {
    expectReport(/status of 422/);
    await signIn(page, '/a/acc_demo/audit?action=job_exploded');
    await page.getByText('The audit could not be read').waitFor();
    await page.getByRole('button', { name: 'Remove action job_exploded' }).click();
    await page.getByText('Nobody has done anything yet').or(table(page)).first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  itInBrowser('requests more rows once if they cannot be read, and again when the person asks', async (opened) => {
    const { page, context, expectReport } = opened;
    expectReport(/status of 400/);
    const { account } = await audited('audit_more');
    let asked = 0;
    await context.route('**/logs/search', async (route) => {
      if (route.request().postData()?.includes('"cursor"') === true) {
        asked += 1;
        const problem = { type: 'about:blank', title: 'The cursor is invalid', status: 400, code: 'invalid_cursor' };
        return route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) });
      }
      const reply = await route.fetch();
      const body: Json = await reply.json();
      return route.fulfill({ response: reply, json: { ...body, page: { ...body.page, next_cursor: 'more' } } });
    });
    await signIn(page, `/a/${account}/audit`, { account, role: 'viewer' });
    await page.getByRole('alert').getByText('The cursor is invalid').waitFor();
    expect(asked).toBe(1);
    expect((await actions(page)).length).toBeGreaterThan(3);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => asked).toBe(2);
    await page.getByRole('alert').getByText('The cursor is invalid').waitFor();
    expect(asked).toBe(2);
  });

  itInBrowser('is opened by keys, and Escape leads back to the same filters', async ({ page }) => {
    const { account } = await audited('audit_keys');
    await signIn(page, `/a/${account}`, { account, role: 'viewer' });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await table(page).waitFor();
    await page.keyboard.press('f');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('What was done');
    await page.getByLabel('What was done').selectOption('job deleted');
    await expect.poll(() => actions(page)).toEqual(['job deleted']);
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: 'job deleted' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => actions(page)).toEqual(['job deleted']);
    expect(new URL(page.url()).search).toBe('?action=job_deleted');
  });
});

describe('the page of a deleted job', () => {
  itInBrowser('leads to its audit, and to the events that are still kept', async ({ page, expectReport }) => {
    expectReport(/status of 404/);
    const { account, job } = await audited('audit_deleted');
    await signIn(page, `/a/${account}/jobs/${job}`, { account, role: 'viewer' });
    await page.getByRole('link', { name: 'Look in the audit' }).click();
    await table(page).getByRole('link', { name: 'job deleted' }).click();
    await page.getByText('ordered by mistake').first().waitFor();
    const events = page.getByRole('list', { name: 'Events' });
    await events.getByText('AttemptSucceeded').waitFor();
    await page.getByRole('region', { name: 'Data of the event' }).getByText('last_state').waitFor();
    await events.getByText('AttemptSucceeded').click();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'audit-entry');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('link', { name: 'All audit entries of this resource' }).click();
    await table(page).waitFor();
    expect(new URL(page.url()).search).toBe(`?subject_id=${job}`);
    await page.goto(`/a/${account}/audit/log_01jd0000000000000000000000`);
    await page.getByText('This entry does not exist').waitFor();
  });
});
