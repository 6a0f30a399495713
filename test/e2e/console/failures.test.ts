/** Failure groups in a browser: how they are found, opened, muted and unmuted, and the links to their jobs. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type DemoServer, startDemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { addCredential, syncMessages } from '../../fixtures/mailbox-account.ts';

const { stack, itInBrowser, signIn } = consoleWorld();

let mail: DemoServer;
beforeAll(async () => {
  if (noChromium === '') mail = await startDemoServer();
});
afterAll(() => mail?.close());

type World = { readonly account: string; readonly api: Api; readonly group: Json };

const groupsOf = async (api: Api, account: string, query = ''): Promise<Json[]> =>
  (await api.get(`/api/accounts/${account}/failure-groups${query}`)).body.data;

/** An account with a job whose password was refused. */
async function world(name: string): Promise<World> {
  const account = `acc_failures_${name}`;
  const api = await apiOf(stack(), account);
  const credential = await addCredential(api, account, { ...mail, password: 'not the password' });
  expect(await syncMessages(api, account, credential)).toMatchObject({ last_error_code: 'auth_failed' });
  const [group] = await until(
    () => groupsOf(api, account),
    (groups) => groups.length === 1,
  );
  return { account, api, group };
}

/** Jobs for ports without a server, one failure group for each. */
async function unreachable({ account, api }: World, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const credential = await addCredential(api, account, { ...mail, port });
    const body = { credential_id: credential };
    expect((await api.post(`/api/accounts/${account}/imap/sync-messages`, body)).status).toBe(202);
  }
  await until(
    () => groupsOf(api, account),
    (groups) => groups.length === ports.length + 1,
  );
}

const rows = (page: Page) => page.getByRole('table', { name: 'Failures' }).getByRole('row');
const wide = (page: Page) => page.setViewportSize({ width: 1280, height: 800 });

describe('a failure group', () => {
  itInBrowser(
    'is opened, muted with a note and unmuted; a muted group no longer asks for attention and is in the audit',
    async (opened) => {
      const { page } = opened;
      const { account, api, group } = await world('mute');
      await signIn(page, `/a/${account}`, { account, role: 'member', name: 'jane' });
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('f');
      const row = rows(page).filter({ hasText: group.title });
      await row.getByText('auth_failed').waitFor();
      await row.getByText(group.host).waitFor();
      await row.getByText('Mailbox owner', { exact: true }).waitFor();
      await row.getByTitle('1 mailbox').waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      await page.getByRole('heading', { name: group.title }).waitFor();
      await page.getByText('mailbox owner must act').waitFor();
      const catalogue: Json[] = (await api.get('/api/failures')).body.data;
      const { explanation, next_step: next } = catalogue.find(({ code }) => code === 'auth_failed');
      for (const words of [explanation, next]) await page.getByText(words).waitFor();
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'failure');
      await wide(page);

      await page.getByRole('button', { name: 'Mute' }).click();
      const dialog = page.getByRole('dialog', { name: 'Mute this failure' });
      await dialog.getByLabel('How long').selectOption('1 day');
      await dialog.getByLabel('Note').fill('<b>asked the owner</b>');
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'failure-mute');
      await wide(page);
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      const mute = page.getByRole('region', { name: 'Mute' });
      await mute.getByText(/^‖ Muted for (1d|23h)/).waitFor();
      await mute.getByText('<b>asked the owner</b>').waitFor();
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Unmute');
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'failure-muted');
      await wide(page);
      expect((await api.get(`/api/failure-groups/${group.id}`)).body.data).toMatchObject({
        muted: true,
        note: '<b>asked the owner</b>',
      });

      await until(
        () => groupsOf(api, account, '?muted=false'),
        (groups) => groups.length === 0,
      );
      await page.keyboard.press('Escape');
      await page.getByText('Nothing needs attention').waitFor();
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'failures-empty');
      await wide(page);
      await page.getByRole('link', { name: 'Muted', exact: true }).click();
      await rows(page).nth(1).getByText('‖ muted for').waitFor();
      expect(new URL(page.url()).search).toBe('?show=muted');

      await page.getByRole('link', { name: 'Audit', exact: true }).click();
      const entry = page.getByRole('row').filter({ hasText: 'failure group muted' });
      await entry.getByText('<b>asked the owner</b>').waitFor();
      await entry.getByText('jane').waitFor();
      await entry.getByRole('link', { name: group.id }).click();
      await page.getByRole('button', { name: 'Unmute' }).click();
      await page.getByRole('dialog').getByLabel('Note').fill('it works');
      await page.getByRole('dialog').getByRole('button', { name: 'Unmute' }).click();
      await page.getByText('It asks for attention.').waitFor();
      await until(
        () => groupsOf(api, account, '?muted=false'),
        (groups) => groups.length === 1,
      );
      await page.getByRole('link', { name: 'All failures' }).click();
      await rows(page).nth(1).getByText('Mailbox owner', { exact: true }).waitFor();
    },
  );

  itInBrowser('leads to its jobs, and to the dialog that counts and retries them', async ({ page }) => {
    const own = await world('jobs');
    const { account, group } = own;
    await unreachable(own, [1]);
    await signIn(page, `/a/${account}/failures`, { account });
    const row = rows(page).filter({ hasText: 'auth_failed' });
    await row.getByRole('link', { name: `1 failed: ${group.title}` }).click();
    const jobs = page.getByRole('table', { name: 'Jobs' });
    await jobs.getByRole('link', { name: 'auth_failed' }).waitFor();
    expect(await jobs.getAttribute('aria-rowcount')).toBe('2');
    await page.goBack();
    await row.getByRole('link', { name: 'A job' }).click();
    await page.getByRole('region', { name: 'Why' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/a/${account}/jobs/${group.sample_job_id}`);
    await page.goBack();
    await row.getByRole('link', { name: group.title, exact: true }).click();
    await page.getByRole('button', { name: 'Resolve all' }).waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: 'Retry jobs' });
    for (const chip of ['failed', 'retrying', 'auth_failed', group.host])
      await dialog.getByText(chip).first().waitFor();
    await dialog.getByRole('button', { name: 'Retry 1 job' }).waitFor();
  });

  itInBrowser('beyond the first 8 of the overview is on the page, in the order of the address', async ({ page }) => {
    const own = await world('many');
    const { account } = own;
    await unreachable(own, [1, 2, 3, 4, 5, 6, 7, 9]);
    await signIn(page, `/a/${account}`, { account, role: 'viewer' });
    await page.getByRole('link', { name: 'There are more: see all failures' }).click();
    await rows(page).nth(9).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'failures');
    await wide(page);
    // Cells that do not fit into the width of the table are cut.
    const isCut = "[...document.querySelectorAll('[role=row]')].some((row) => row.scrollWidth > row.clientWidth)";
    expect(await page.evaluate(isCut)).toBe(false);
    await page.getByLabel('Order').selectOption('Last failure first');
    await page.waitForURL((url) => url.search === '?sort=last');
    // The refused password is the oldest failure.
    await expect.poll(() => rows(page).nth(9).textContent()).toContain('auth_failed');
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page.waitForURL((url) => new URLSearchParams(url.search).get('sort') === 'last');
    await rows(page).nth(9).waitFor();
  });

  itInBrowser('that does not exist leads to the audit', async ({ page, expectReport }) => {
    expectReport(/status of 404/);
    const { account, group } = await world('gone');
    await signIn(page, `/a/acc_demo/failures/${group.id}`);
    await page.getByText('This failure does not exist').waitFor();
    expect(account).not.toBe('acc_demo');
    expect(await page.getByRole('link', { name: 'Look in the audit' }).getAttribute('href')).toBe(
      `/a/acc_demo/audit?subject_id=${group.id}`,
    );
  });
});

describe.each([
  { role: 'viewer', commands: [], statuses: [403, 403] },
  { role: 'member', commands: ['Mute'], statuses: [200, 403] },
  { role: 'owner', commands: ['Retry all r', 'Resolve all e', 'Mute'], statuses: [200, 202] },
] as const)('a $role', ({ role, commands, statuses }) => {
  itInBrowser('has only the commands of the role, and the service refuses the others', async ({ page }) => {
    const { account, group } = await world(role);
    await signIn(page, `/a/${account}/failures/${group.id}`, { account, role });
    await page.getByRole('region', { name: 'What it means' }).waitFor();
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual(commands);
    const same = await apiOf(stack(), account, role);
    const mute = await same.post(`/api/failure-groups/${group.id}/mute`, {});
    const filter = { status: ['failed'], last_error_code: [group.code], host: [group.host] };
    const retry = await same.post(`/api/accounts/${account}/jobs/bulk`, { action: 'retry', filter, reason: 'x' });
    expect([mute.status, retry.status]).toEqual(statuses);
  });
});
