/** Commands on many jobs: selection, dialog, the operation's page. Jobs fail again, because their mailbox does not exist. */
import type { Locator, Page, Request } from 'playwright-core';
import { describe, expect } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { apiOf, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { addFailedJobs, seedJobs } from '../../fixtures/seeded-jobs.ts';

const { stack, itInBrowser, signIn } = consoleWorld();

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Jobs' }).getByRole('row');
/** The present time as it is written in an address. */
const now = (): string => encodeURIComponent(new Date().toISOString());
const bar = (page: Page) => page.getByRole('region', { name: 'Selection' });
const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });

/** The conditions in a dialog or on a page, with their exact values. */
async function chipsOf(place: Locator): Promise<string[]> {
  const chips = await place.getByRole('list', { name: 'Filter', exact: true }).getByRole('listitem').all();
  return Promise.all(
    chips.map(async (chip) => {
      const [label = ''] = (await chip.innerText()).split(':');
      const times = await chip.locator('time').all();
      const [time] = await Promise.all(times.map((each) => each.getAttribute('datetime')));
      return time === undefined ? chip.innerText() : `${label}: ${time}`;
    }),
  );
}

/** The bodies of the bulk requests that the page sends, dry runs and others. */
function bulkRequests(page: Page): { readonly dry: Json[]; readonly real: Json[] } {
  const sent: { dry: Json[]; real: Json[] } = { dry: [], real: [] };
  page.on('request', (request: Request) => {
    if (!request.url().endsWith('/jobs/bulk')) return;
    const body = request.postDataJSON();
    sent[body.dry_run === true ? 'dry' : 'real'].push(body);
  });
  return sent;
}

const bulkIdOf = async (page: Page): Promise<string> => {
  await page.waitForURL(/\/bulk\/blk_/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
};

/** The value that the page shows for the operation under this name. */
const fact = (page: Page, name: string): Promise<string> =>
  page
    .locator('dl > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .innerText();

describe('the dialog of a bulk operation', () => {
  itInBrowser('closes with Back and with Escape, and returns the focus', async ({ page }) => {
    const account = 'acc_focus';
    await addFailedJobs(stack(), account, 2);
    await signIn(page, `/a/${account}/jobs?status=failed`, { account });
    await rowsOf(page).nth(1).getByRole('checkbox').check();
    const resolve = bar(page).getByRole('button', { name: /^Resolve/ });
    for (const leave of [() => page.keyboard.press('Escape'), () => page.goBack()]) {
      await resolve.click();
      await dialogOf(page, 'Resolve jobs').getByText('Matches 1 exactly').waitFor();
      await leave();
      await dialogOf(page, 'Resolve jobs').waitFor({ state: 'detached' });
      await expect.poll(() => new URL(page.url()).search).toBe('?status=failed');
      await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toMatch(/^Resolve/);
    }
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'bulk-bar');
  });

  itInBrowser('says when the operation has another filter than the one that was counted', async ({ page }) => {
    const account = 'acc_unlike';
    await addFailedJobs(stack(), account, 1);
    await page.route('**/jobs/bulk', async (route) => {
      const reply = await route.fetch();
      const body = await reply.json();
      if (body.data.filter?.status !== undefined) delete body.data.filter.status;
      await route.fulfill({ response: reply, json: body });
    });
    await signIn(page, `/a/${account}/jobs?status=failed&command=resolve&at=${now()}`, { account });
    const dialog = dialogOf(page, 'Resolve jobs');
    await dialog.getByLabel('Reason').fill('a test');
    await dialog.getByRole('button', { name: 'Resolve 1 job' }).click();
    await dialogOf(page, 'The operation has another filter')
      .getByRole('link', { name: /^Open blk_/ })
      .click();
    await page.getByText('✓ completed').waitFor();
  });

  itInBrowser('asks for a sentence before it deletes jobs that it could not count', async ({ page }) => {
    const account = 'acc_many';
    await seedJobs(
      stack(),
      account,
      Array.from({ length: 1_001 }, () => ids.next('job')),
    );
    const api = await apiOf(stack(), account);
    await until(
      () => api.get(`/api/accounts/${account}/jobs/stats`),
      ({ body }) => body.data.total === 1_001,
    );
    const sent = bulkRequests(page);
    await signIn(page, `/a/${account}/jobs?status=scheduled&command=delete&at=${now()}`, { account });
    const dialog = dialogOf(page, 'Delete jobs');
    await dialog.getByText('Matches at least 1,000').waitFor();
    await dialog.getByLabel('Reason').fill('old');
    const button = dialog.getByRole('button', { name: 'Delete at least 1,000 jobs' });
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel('Type delete all that match to delete them').fill('delete all that match');
    expect(await button.isEnabled()).toBe(true);
    expect(sent.real).toEqual([]);
  });
});

describe('the commands of the list', () => {
  itInBrowser('of a member have no filter and no deletion', async ({ page }) => {
    const account = 'acc_member';
    const jobs = await addFailedJobs(stack(), account, 3);
    const sent = bulkRequests(page);
    await signIn(page, `/a/${account}/jobs?status=failed`, { account, role: 'member' });
    await page.getByLabel('Select the rows on screen').check();
    await bar(page).getByText('3 on screen selected').waitFor();
    const buttons = await bar(page).getByRole('button').allInnerTexts();
    expect(buttons.map((text) => text.replace(/\s\w+$/, ''))).toEqual(['Retry', 'Resolve', 'Run now', 'Clear']);
    await page.keyboard.press('a');
    await bar(page).getByText('3 on screen selected').waitFor();
    await page.keyboard.press('e');
    const dialog = dialogOf(page, 'Resolve jobs');
    await dialog.getByText('Matches 3 exactly').waitFor();
    await dialog.getByLabel('Reason').fill('not needed');
    await dialog.getByRole('button', { name: 'Resolve 3 jobs' }).click();
    await page.getByText('✓ completed').waitFor();
    expect(sent.real.map(({ job_ids: named }) => named.toSorted())).toEqual([jobs.toSorted()]);
  });

  itInBrowser('of a viewer are not in the page, and the service refuses the same requests', async ({ page }) => {
    const account = 'acc_viewer';
    const [job] = await addFailedJobs(stack(), account, 1);
    const path = `/a/${account}/jobs?status=failed&command=retry&at=${now()}`;
    await signIn(page, path, { account, role: 'viewer' });
    await rowsOf(page).nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('a');
    await page.keyboard.press('r');
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(await bar(page).count()).toBe(0);
    const api = await apiOf(stack(), account, 'viewer');
    const order = { action: 'retry', job_ids: [job], reason: 'a test' };
    expect(await api.post(`/api/accounts/${account}/jobs/bulk`, order)).toMatchObject({ status: 403 });
  });
});

describe('a bulk retry', () => {
  itInBrowser('can be aborted with a reason while it runs, and its failed jobs can be retried', async ({ page }) => {
    const account = 'acc_abort';
    await addFailedJobs(stack(), account, 200);
    await signIn(page, `/a/${account}/jobs?status=failed&command=retry&at=${now()}`, { account });
    const dialog = dialogOf(page, 'Retry jobs');
    await dialog.getByLabel('Reason').fill('one by one');
    await dialog.getByLabel('Jobs in a second').fill('1');
    await dialog.getByText('It takes about 3m.').waitFor();
    await dialog.getByRole('button', { name: 'Retry 200 jobs' }).click();
    const id = await bulkIdOf(page);
    await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
    await page.getByText(/^[1-9]\d* of 200/).waitFor();
    await page.getByRole('button', { name: 'Abort' }).click();
    const abort = dialogOf(page, 'Abort the operation');
    await abort.getByLabel('Reason').fill('the wrong filter');
    await abort.getByRole('button', { name: 'Abort the operation' }).click();
    await page.getByText('◇ aborted').waitFor();
    expect(await page.getByRole('button', { name: 'Abort' }).count()).toBe(0);
    const api = await apiOf(stack(), account);
    const { data: operation } = (await api.get(`/api/bulk-operations/${id}`)).body;
    expect(operation.done).toBeLessThan(200);
    const again = { filter: { bulk_id: id, status: 'failed' }, limit: 100 };
    const { body: failed } = await until(
      () => api.post(`/api/accounts/${account}/jobs/search`, again),
      ({ body }) => body.data.length === operation.done,
    );
    await page.getByRole('button', { name: 'Retry the failed jobs' }).click();
    await dialog.getByText(`Matches ${failed.data.length} exactly`).waitFor();
    expect(await chipsOf(dialog)).toEqual(expect.arrayContaining(['status: failed', `bulk: ${id}`]));
    expect(new URL(page.url()).pathname).toBe(`/a/${account}/jobs`);
    const { body: audit } = await api.get(`/api/accounts/${account}/logs?action=bulk_abort_requested`);
    expect(audit.data).toMatchObject([{ data: { reason: 'the wrong filter' } }]);
  });

  itInBrowser('of 150 jobs is about the jobs that were counted, by keyboard alone', async ({ page, expectReport }) => {
    const account = 'acc_retry';
    await addFailedJobs(stack(), account, 150);
    const api = await apiOf(stack(), account);
    const sent = bulkRequests(page);
    await signIn(page, `/a/${account}/jobs?status=failed`, { account });
    await rowsOf(page).nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await bar(page).getByText('1 on screen selected').waitFor();
    await page.keyboard.press('a');
    await bar(page).getByText('All that match (150) selected').waitFor();
    await page.keyboard.press('r');
    const dialog = dialogOf(page, 'Retry jobs');
    await dialog.getByText('Matches 150 exactly').waitFor();
    const chips = await chipsOf(dialog);
    expect(chips).toEqual(['status: failed', expect.stringMatching(/^made before: 20.*Z$/)]);

    await page.reload();
    await dialog.getByText('Matches 150 exactly').waitFor();
    expect(await chipsOf(dialog)).toEqual(chips);
    expect(await dialog.getByRole('button', { name: 'Retry 150 jobs' }).isDisabled()).toBe(true);
    await dialog.getByText('10 of them').click();
    expect(await dialog.getByRole('list', { name: 'Samples' }).getByRole('listitem').count()).toBe(10);
    await dialog.getByText('It takes about 3s.').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'bulk-dialog');
    await dialog.getByLabel('Reason').focus();
    await page.keyboard.type('the outage is over');
    await page.keyboard.press('Tab');
    await page.keyboard.type('400');
    await page.keyboard.press('Enter');

    const id = await bulkIdOf(page);
    const frozen = { status: ['failed'], created_at: { lt: chips[1]?.replace('made before: ', '') } };
    expect(sent.real).toEqual([
      { action: 'retry', filter: frozen, reason: 'the outage is over', rate_per_second: 400 },
    ]);
    expect(sent.dry.map(({ filter }) => filter)).toEqual(sent.dry.map(() => frozen));
    await page.getByText('✓ completed').waitFor();
    expect(await chipsOf(page.locator('main'))).toEqual(chips);
    const { data: operation } = (await api.get(`/api/bulk-operations/${id}`)).body;
    expect(operation.done + operation.skipped + operation.failed).toBe(150);
    expect(await Promise.all(['Done', 'Skipped', 'Failed'].map((name) => fact(page, name)))).toEqual(
      [operation.done, operation.skipped, operation.failed].map(String),
    );
    const { body: audit } = await api.get(`/api/accounts/${account}/logs?subject_id=${id}&action=bulk_requested`);
    expect(audit.data).toMatchObject([{ data: { reason: 'the outage is over', action: 'retry' } }]);
    await page.getByRole('link', { name: /^done/ }).click();
    await page.getByRole('table', { name: 'Items' }).getByRole('row').nth(1).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'bulk-operation');

    await page.getByRole('link', { name: 'All bulk operations' }).click();
    await page.getByRole('link', { name: 'Retry' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'bulk-operations');

    const only = (status: string) =>
      page.getByRole('navigation', { name: 'Which operations' }).getByRole('link', { name: status });
    await only('running').click();
    await page.getByText('No bulk operation is running').waitFor();
    await only('completed').click();
    await page.getByRole('link', { name: 'Retry' }).waitFor();
    expect(new URL(page.url()).search).toBe('?status=completed');
    expect(await only('completed').getAttribute('aria-current')).toBe('page');
    expectReport(/Failed to load resource.*422/);
    await page.goto(`/a/${account}/bulk?status=lost`);
    await page.getByText('Bulk operations could not be read').waitFor();
    await only('all').click();
    await page.getByRole('link', { name: 'Retry' }).waitFor();
  });
});
