/** A job in a browser: why it failed, each command on it, and what happened to it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { freePort } from '../../../local/http/free-port.ts';
import { type DemoServer, startDemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, ended, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { addCredential, eventTypes, syncMessages } from '../../fixtures/mailbox-account.ts';

const { stack, itInBrowser, signIn } = consoleWorld();
const MISSING = 'Not here';
/** A note that would become an element if the page treated it as HTML. */
const NOTE = 'the folder was removed <b>on purpose</b>';

let mail: DemoServer;
beforeAll(async () => {
  if (noChromium !== '') return;
  mail = await startDemoServer();
});
afterAll(() => mail?.close());

type World = { readonly account: string; readonly api: Api; readonly job: string; readonly path: string };

/** An account with one job that failed because its folder does not exist. */
async function failedJob(name: string): Promise<World> {
  const account = `acc_job_${name}`;
  const api = await apiOf(stack(), account);
  const credential = await addCredential(api, account, mail);
  const job = await syncMessages(api, account, credential, { folder: MISSING });
  expect(job).toMatchObject({ status: 'failed', last_error_code: 'mailbox_not_found' });
  return { account, api, job: job.id, path: `/a/${account}/jobs/${job.id}` };
}

async function failureOf(api: Api, code: string): Promise<Json> {
  const { body } = await api.get('/api/failures');
  return body.data.find((failure: Json) => failure.code === code);
}

const jobOf = async (api: Api, job: string): Promise<Json> => (await api.get(`/api/jobs/${job}`)).body.data;
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent');
const commands = (page: Page) => page.getByRole('list', { name: 'Commands' }).getByRole('button');
const timeline = (page: Page) => page.getByRole('list', { name: 'Timeline' });
const status = (page: Page, text: RegExp) => page.getByRole('status').filter({ hasText: text });

describe('a job that failed', () => {
  itInBrowser(
    'says why it failed, who must act and the next step; it can be resolved with a note, and reopened',
    async (opened) => {
      const { page } = opened;
      const { account, api, job, path } = await failedJob('resolve');
      const failure = await failureOf(api, 'mailbox_not_found');
      const { last_error_detail: detail } = await jobOf(api, job);
      await signIn(page, path, { account });
      const why = page.getByRole('region', { name: 'Why' });
      for (const text of [`${failure.title}.`, failure.explanation, detail, failure.next_step, 'Operator'])
        await why.getByText(text, { exact: true }).waitFor();
      const words = await timeline(page).getByRole('listitem').allTextContents();
      expect(words[0]).toMatch(/^Requested by tester/);
      expect(words.find((text) => text.startsWith('Attempt 1'))).toMatch(/✕ failed.*worker.*mailbox_not_found/);
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'job');

      await page.setViewportSize({ width: 1100, height: 800 });
      await page.getByRole('button', { name: 'Sync the mailbox' }).click();
      await page.getByRole('link', { name: 'open the job' }).waitFor();

      await page.getByRole('heading', { name: 'Why' }).click();
      await page.keyboard.press('e');
      const dialog = page.getByRole('dialog', { name: /^Resolve/ });
      await dialog.getByLabel('Note').fill(NOTE);
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'job-resolve');
      await page.setViewportSize({ width: 1100, height: 800 });
      await dialog.getByRole('button', { name: 'Resolve this job' }).click();
      await status(page, /became resolved/).waitFor();
      expect(await focused(page)).toMatch(/became resolved/);
      await page.getByRole('region', { name: 'Resolved' }).getByText(NOTE).waitFor();
      expect(await jobOf(api, job)).toMatchObject({ status: 'resolved', resolution: { note: NOTE, by: 'tester' } });
      await timeline(page).getByText('Resolved by tester').waitFor();

      await page.getByRole('button', { name: 'Reopen' }).click();
      await page.getByLabel('Reason').fill('too early');
      await page.getByRole('button', { name: 'Reopen this job' }).click();
      await status(page, /became failed/).waitFor();
      await page.getByRole('region', { name: 'Why' }).waitFor();
      expect(await jobOf(api, job)).toMatchObject({ status: 'failed', resolution: null });
      await timeline(page).getByText('too early').waitFor();
    },
  );

  itInBrowser(
    'is repaired with another payload and a retry, and its end is shown without a reload',
    async ({ page }) => {
      const { account, api, job, path } = await failedJob('retry');
      await signIn(page, path, { account });
      await page.getByRole('button', { name: 'Edit' }).click();
      const edit = page.getByRole('dialog', { name: /^Edit/ });
      await edit.getByRole('button', { name: 'Save the changes' }).click();
      await edit.getByText('You have changed nothing yet.').waitFor();
      await edit.getByLabel('Payload').fill('{ "folder": ');
      await edit.getByRole('button', { name: 'Save the changes' }).click();
      await edit.getByText('This is not a JSON object.').waitFor();
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'job-edit');
      await edit.getByLabel('Payload').fill('{ "folder": "INBOX" }');
      await edit.getByLabel('Labels').fill('mended');
      await edit.getByRole('button', { name: 'Save the changes' }).click();
      await status(page, /^Edit: done/).waitFor();
      expect(await jobOf(api, job)).toMatchObject({ payload: { folder: 'INBOX' }, labels: ['mended'] });

      await page.keyboard.press('r');
      await page
        .getByRole('dialog', { name: /^Retry/ })
        .getByLabel('Reason')
        .fill('the folder was wrong');
      await page.getByRole('button', { name: 'Retry this job' }).click();
      await timeline(page).getByText('the folder was wrong').waitFor();
      await timeline(page).getByText('✓ succeeded').waitFor();
      await page.getByRole('region', { name: 'Last failure' }).waitFor();
      expect(await ended(api, job)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
      const sent = (await eventTypes(api, job)).filter((type) => type === 'JobRetryRequested');
      expect(sent).toHaveLength(1);
      await page.getByText('Result', { exact: true }).click();
      await page.getByText('"folders": 1').waitFor();
      await page.getByText('Raw events').click();
      await page.getByRole('list', { name: 'Raw events' }).getByText('JobRetryRequested').waitFor();
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'job-succeeded');
    },
  );

  itInBrowser(
    'that another person has changed meanwhile is not overwritten without a warning',
    async ({ page, expectReport }) => {
      expectReport(/Failed to load resource.*(409|412)/);
      const { account, api, job, path } = await failedJob('conflict');
      await signIn(page, path, { account });
      await page.getByRole('button', { name: 'Retry' }).click();
      const dialog = page.getByRole('dialog', { name: /^Retry/ });
      await dialog.getByLabel('Reason').fill('kept');
      expect((await api.post(`/api/jobs/${job}/resolve`, { note: 'mine' })).status).toBe(200);
      await dialog.getByRole('button', { name: 'Retry this job' }).click();
      await dialog.getByText('The job is now').getByText('resolved').waitFor();
      await dialog.getByText('Send it again').waitFor();
      await dialog.getByRole('button', { name: 'Retry this job' }).click();
      await dialog.getByText('Send it again').waitFor({ state: 'detached' });
      await dialog.getByText('The job is now').getByText('resolved').waitFor();
      expect(await dialog.getByLabel('Reason').inputValue()).toBe('kept');
      expect(await jobOf(api, job)).toMatchObject({ status: 'resolved' });
    },
  );

  itInBrowser(
    'is deleted with a reason; its dialog keeps a draft when it is closed, and returns the focus',
    async (opened) => {
      const { page, expectReport } = opened;
      expectReport(/Failed to load resource.*404/);
      const { account, api, job, path } = await failedJob('delete');
      await signIn(page, path, { account });
      const button = page.getByRole('button', { name: 'Delete' });
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('Reason').fill('made by mistake');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('Delete');
      await page.keyboard.press('Enter');
      expect(await page.getByLabel('Reason').inputValue()).toBe('made by mistake');
      await page.getByRole('button', { name: 'Delete this job' }).click();
      await page.waitForURL((url) => url.pathname === `/a/${account}/jobs`);
      expect((await api.get(`/api/jobs/${job}`)).status).toBe(404);
      await page.goto(path);
      await page.getByRole('heading', { name: 'Job', exact: true }).waitFor();
      const audit = page.getByRole('link', { name: 'Look in the audit' });
      expect(await audit.getAttribute('href')).toBe(`/a/${account}/audit?subject_id=${job}`);
    },
  );

  itInBrowser('keeps the note when the session ends, and sends it after a sign-in in the dialog', async (opened) => {
    const { page, context, expectReport } = opened;
    expectReport(/Failed to load resource/);
    const { account, api, job, path } = await failedJob('session');
    await signIn(page, path, { account });
    await commands(page).filter({ hasText: 'Resolve with note' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Note').fill('a long note');
    await context.route('**/api/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' }),
    );
    await context.route('**/_local/oidc/token', (route) =>
      route.fulfill({ status: 400, contentType: 'application/json', body: '{"error":"invalid_grant"}' }),
    );
    await dialog.getByRole('button', { name: 'Resolve this job' }).click();
    await dialog.getByRole('alert').getByText('The session has ended').waitFor();
    await context.unroute('**/api/**');
    await context.unroute('**/_local/oidc/token');
    const window = context.waitForEvent('page');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    const popup = await window;
    if (!popup.isClosed()) await popup.waitForEvent('close');
    expect(await dialog.getByLabel('Note').inputValue()).toBe('a long note');
    await dialog.getByRole('button', { name: 'Resolve this job' }).click();
    await status(page, /became resolved/).waitFor();
    expect(await jobOf(api, job)).toMatchObject({ resolution: { note: 'a long note' } });
  });

  itInBrowser('is copied as a link, as a call of curl without a token, and as a call of inboxctl', async (opened) => {
    const { page, context } = opened;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { account, job, path } = await failedJob('copy');
    await signIn(page, path, { account });
    await page.getByText('Copy as').click();
    const copied: string[] = [];
    for (const what of ['link', 'curl', 'inboxctl']) {
      await page.getByRole('button', { name: `Copy ${what}` }).click();
      await page
        .getByRole('listitem')
        .filter({ hasText: `Copy ${what}` })
        .getByText('Copied')
        .waitFor();
      copied.push(await page.evaluate('navigator.clipboard.readText()'));
    }
    expect(copied).toEqual([
      `${stack().url}${path}`,
      `curl -H "Authorization: Bearer $TOKEN" '${stack().url}/api/jobs/${job}'`,
      `inboxctl jobs get '${job}' --why --account '${account}'`,
    ]);
    const neighbours = page.getByRole('navigation', { name: 'Neighbours' });
    await neighbours.getByRole('link', { name: 'error' }).click();
    await page.getByRole('table', { name: 'Jobs' }).getByRole('link').first().waitFor();
    expect(page.url()).toContain('code=mailbox_not_found');
  });
});

describe('a job whose password was refused', () => {
  itInBrowser('leads to the rotation of its mailbox', async ({ page }) => {
    const account = 'acc_job_password';
    const api = await apiOf(stack(), account);
    const credential = await addCredential(api, account, { ...mail, password: 'a wrong password' });
    const job = await syncMessages(api, account, credential);
    await signIn(page, `/a/${account}/jobs/${job.id}`, { account });
    await page.getByRole('region', { name: 'Why' }).getByText('Mailbox owner', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Rotate & test' }).click();
    await page.getByRole('dialog').waitFor();
    expect(page.url()).toBe(`${stack().url}/a/${account}/credentials/${credential}?rotate=1`);
  });
});

describe('a job that the system retries', () => {
  itInBrowser('counts down to its next attempt, and runs at once by the button', async ({ page, expectReport }) => {
    expectReport(/Failed to load resource.*(409|412)/);
    const account = 'acc_job_retrying';
    const api = await apiOf(stack(), account);
    const credential = await addCredential(api, account, { ...mail, port: await freePort() });
    const { body } = await api.post(`/api/accounts/${account}/imap/sync-messages`, { credential_id: credential });
    const id = body.data.job_id;
    await until(
      () => jobOf(api, id),
      (job) => job.status === 'retrying',
    );
    await signIn(page, `/a/${account}/jobs/${id}`, { account });
    await page.getByRole('region', { name: 'Why' }).getByText('Nobody', { exact: true }).waitFor();
    await page.getByText(/^(Next attempt|The next attempt has been due)/).waitFor();
    await timeline(page)
      .getByText(/^Attempt \d+ planned/)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'job-retrying');
    await page.keyboard.press('t');
    const dialog = page.getByRole('dialog', { name: /^Run now/ });
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('region', { name: 'Why' }).getByRole('button', { name: 'Run now' }).click();
    // The service refuses the command if an attempt begins meanwhile; then the test sends it again.
    await until(
      async () => {
        const send = dialog.getByRole('button', { name: 'Run now this job' });
        if (await send.isVisible()) await send.click();
        return eventTypes(api, id);
      },
      (types) => types.includes('JobTriggered'),
    );
  });
});

describe('a viewer', () => {
  itInBrowser('has no command in the page, and the same calls answer 403', async ({ page }) => {
    const { account, job, path } = await failedJob('viewer');
    await signIn(page, path, { account, role: 'viewer', name: 'visitor' });
    await page.getByRole('region', { name: 'Why' }).waitFor();
    await timeline(page).getByRole('listitem').first().waitFor();
    expect(await commands(page).count()).toBe(0);
    const buttons = await page.getByRole('complementary', { name: 'Job' }).getByRole('button').allTextContents();
    expect(buttons.filter((name) => !name.startsWith('Copy'))).toEqual([]);
    for (const key of ['r', 't', 'e']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    const viewer = await apiOf(stack(), account, 'viewer');
    for (const command of ['retry', 'trigger', 'resolve', 'reopen', 'cancel'])
      expect((await viewer.post(`/api/jobs/${job}/${command}`, {})).status, command).toBe(403);
    expect((await viewer.send('PATCH', `/api/jobs/${job}`, { priority: 1 })).status).toBe(403);
    expect((await viewer.delete(`/api/jobs/${job}`)).status).toBe(403);
    await page.setViewportSize({ width: 375, height: 800 });
    await page.getByRole('region', { name: 'Why' }).waitFor();
    expect(
      await page
        .getByRole('main')
        .getByRole('button', { name: /^(Retry|Run|Res|Reo|Edit|Del|Sync)/ })
        .count(),
    ).toBe(0);
  });
});

describe('a connection that is lost for 30 s', () => {
  itInBrowser('shows the age of the page, is back within 10 s, and carries no command out twice', async (opened) => {
    const { page, context, expectReport } = opened;
    expectReport(/Failed to load resource/);
    const { account, api, job, path } = await failedJob('offline');
    await page.clock.install();
    await signIn(page, path, { account });
    await page.getByRole('region', { name: 'Why' }).waitFor();
    const commandKeys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().includes(`/api/jobs/${job}`))
        commandKeys.push(request.headers()['idempotency-key']);
    });
    await context.route('**/api/**', async (route) => {
      // The command arrives, and its answer is lost.
      if (route.request().method() === 'POST') await route.fetch();
      await route.abort('connectionreset');
    });
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: /^Resolve/ });
    await dialog.getByLabel('Note').fill('not needed');
    await dialog.getByRole('button', { name: 'Resolve this job' }).click();
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000);
        return dialog.getByText('No reply from the service. It is safe to try again').count();
      })
      .toBe(1);
    await page.clock.runFor(30_000);
    await page.getByText(/^No connection to the service\. What you see is \d+[sm]( \d+s)? old\./).waitFor();
    await context.unroute('**/api/**');
    await page.clock.runFor(10_000);
    await page.getByText(/^No connection to the service/).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Resolve this job' }).click();
    await status(page, /became resolved/).waitFor();
    expect(commandKeys.length).toBeGreaterThan(1);
    expect(new Set(commandKeys).size).toBe(1);
    expect((await eventTypes(api, job)).filter((type) => type === 'JobResolved')).toHaveLength(1);
  });
});
