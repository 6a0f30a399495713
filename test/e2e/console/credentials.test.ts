/** The credentials of an account in a browser: the list, one of them, the wizard that adds one, and every command. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type DemoServer, startDemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, ended, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, type OpenConsole, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { addCredential, syncMessages } from '../../fixtures/mailbox-account.ts';
import { byMailbox } from '../../fixtures/mailbox-script.ts';

const { stack, itInBrowser, signIn } = consoleWorld();
const WRONG = 'a wrong password';
const BROKEN = 'Newsletters';
/** A name with a character that would reverse the text around it, if the page applied it. */
const NAME = 'Sales \u05de\u05db\u05d9\u05e8\u05d5\u05ea <b>x</b>';

let mail: DemoServer;
beforeAll(async () => {
  if (noChromium !== '') return;
  const script = byMailbox((name, mailbox) =>
    name === 'EXAMINE' && mailbox === BROKEN
      ? { kind: 'lines', lines: ['{tag} NO [NONEXISTENT] Unknown mailbox'] }
      : null,
  );
  mail = await startDemoServer({ script });
});
afterAll(() => mail?.close());

/** An owner of an account of its own, and a page of it in the console. */
async function accountOf(name: string): Promise<{ account: string; api: Api; path: string }> {
  const account = `acc_${name}`;
  return { account, api: await apiOf(stack(), account), path: `/a/${account}/credentials` };
}

type Waiting = { readonly credential: string; readonly job: string; readonly detail: string };

/** A credential whose password was refused, with a job that waits for it. */
async function waiting(api: Api, account: string): Promise<Waiting> {
  const credential = await addCredential(api, account, { ...mail, password: WRONG });
  await api.send('PATCH', `/api/provider-credentials/${credential}`, { label: NAME });
  const failed = await syncMessages(api, account, credential);
  expect(failed).toMatchObject({ status: 'failed', last_error_code: 'auth_failed' });
  const { body } = await api.post(`/api/accounts/${account}/imap/sync-messages`, { credential_id: credential });
  await until(
    () => api.get(`/api/provider-credentials/${credential}`),
    (reply) => reply.body.data.waiting_jobs === 1,
  );
  return { credential, job: body.data.job_id, detail: failed.last_error_detail };
}

async function failureOf(api: Api, code: string): Promise<Json> {
  const { body } = await api.get('/api/failures');
  return body.data.find((failure: Json) => failure.code === code);
}

/** Everything that the browser stores: the page, its storage, its history and its address. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(
    'JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, history.state, location.href])',
  );

/** The names of all buttons of the open page, without those of the frame. */
const buttons = (page: Page): Promise<string[]> => page.getByRole('main').getByRole('button').allTextContents();

async function fillSecret(page: Page, password: string): Promise<void> {
  await page.getByLabel('User name').fill(mail.username);
  await page.getByLabel('Password', { exact: true }).fill(password);
}

/** The session ends with the next request; `resume` lets the issuer and the service accept again. */
async function endSession({ context, expectReport }: OpenConsole): Promise<() => Promise<void>> {
  expectReport(/Failed to load resource/);
  await context.route('**/api/**', (route) =>
    route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' }),
  );
  await context.route('**/_local/oidc/token', (route) =>
    route.fulfill({ status: 400, contentType: 'application/json', body: '{"error":"invalid_grant"}' }),
  );
  return async () => {
    await context.unroute('**/api/**');
    await context.unroute('**/_local/oidc/token');
  };
}

/** Waits until a window has closed, if it has not yet. */
async function closed(window: Page): Promise<void> {
  if (!window.isClosed()) await window.waitForEvent('close');
}

describe('the wizard', () => {
  itInBrowser('names a wrong password in the words of the catalogue, and stores a login that works', async (opened) => {
    const { page } = opened;
    const { account, api, path } = await accountOf('wizard');
    const failure = await failureOf(api, 'auth_failed');
    await signIn(page, path, { account });
    await page.getByText('There are no mailboxes yet').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credentials-empty');
    await page.getByRole('main').getByRole('link', { name: 'Add a mailbox' }).first().click();

    await page.getByLabel('Gmail').check();
    expect(await page.getByLabel('Host').inputValue()).toBe('imap.gmail.com');
    await page.getByLabel('Another server').check();
    await page.getByRole('button', { name: 'Next: secret' }).click();
    expect(await page.evaluate('document.activeElement.name')).toBe('host');
    await page.getByLabel('Name', { exact: true }).fill(NAME);
    await page.getByLabel('Host').fill(mail.host);
    await page.getByLabel('Port').fill(String(mail.port));
    await page.getByText('Certificate, connections').click();
    await page.getByLabel('Certificate to trust').fill(mail.caPem);
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credentials-add-connection');
    await page.getByRole('button', { name: 'Next: secret' }).click();
    await page.getByLabel('OAuth 2.0').check();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Password', { exact: true }).and(page.getByRole('radio')).check();
    expect(await page.locator('input[name=password]').getAttribute('autocomplete')).toBe('new-password');
    await page.getByLabel('User name').fill(mail.username);
    await page.locator('input[name=password]').fill(WRONG);
    await screenshots(page, 'credentials-add-secret');
    await page.getByRole('button', { name: 'Test' }).click();

    const alert = page.getByRole('alert');
    await alert.getByText(failure.title).waitFor();
    await alert.getByText(failure.next_step).waitFor();
    await alert.getByText('Who must act: Mailbox owner').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credentials-add-refused');
    expect((await api.get(`/api/accounts/${account}/provider-credentials`)).body.data).toEqual([]);
    expect(await kept(page)).not.toContain(WRONG);

    await page.getByRole('button', { name: 'Change the secret' }).click();
    await page.locator('input[name=password]').fill(mail.password);
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('Signed in').waitFor();
    expect((await api.get(`/api/accounts/${account}/provider-credentials`)).body.data).toEqual([]);
    await screenshots(page, 'credentials-add-good');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('✓ Active').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1);
    expect((await api.get(`/api/provider-credentials/${id}`)).body.data).toMatchObject({
      account_id: account,
      label: NAME,
      status: 'valid',
      host: mail.host,
      port: mail.port,
    });
    await page.getByRole('button', { name: 'Read the folders now' }).click();
    await page.getByText(/Folders · 1\d/).waitFor();
    await page.getByText('All folders').first().click();
    await page.getByRole('rowheader', { name: 'Projects/Übersee' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-active');
  });

  itInBrowser('keeps the entered values when the session ends, and continues after the sign-in', async (opened) => {
    const { page, context } = opened;
    const { account, path } = await accountOf('draft');
    await signIn(page, `${path}/add`, { account });
    await page.getByLabel('Host').fill(mail.host);
    await page.getByLabel('Port').fill(String(mail.port));
    await page.getByText('Certificate, connections').click();
    await page.getByLabel('Certificate to trust').fill(mail.caPem);
    await page.getByRole('button', { name: 'Next: secret' }).click();
    await page.getByLabel('User name').fill(mail.username);
    await page.locator('input[name=password]').fill(mail.password);
    const resume = await endSession(opened);
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByRole('alert').getByText('The session has ended').waitFor();
    await resume();
    const window = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await closed(await window);
    await page.getByRole('button', { name: 'Test again' }).click();
    await page.getByText('Signed in').waitFor();
  });
});

describe('a credential whose password was refused', () => {
  itInBrowser('says why, who must act and when it is tried again; a test starts its jobs', async (opened) => {
    const { page } = opened;
    const { account, api, path } = await accountOf('refused');
    const { credential, job, detail } = await waiting(api, account);
    const failure = await failureOf(api, 'auth_failed');
    await signIn(page, path, { account });
    const row = page.getByRole('table', { name: 'Credentials' }).getByRole('row').nth(1);
    await row.getByText('Failed once').waitFor();
    for (const text of [failure.title, 'Mailbox owner', /^in \dm/, '1 job'])
      await row.getByText(text, { exact: true }).or(row.getByText(text)).first().waitFor();
    await page.getByRole('button', { name: /^Failing\s+1$/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credentials');

    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Paused' }).click();
    await page.getByText('No credential fits these filters').waitFor();
    await page.goBack();
    await row.getByRole('link', { name: '1 job' }).click();
    await page.getByRole('table', { name: 'Jobs' }).getByRole('row').nth(1).waitFor();
    expect(new URL(page.url()).searchParams.getAll('credential')).toEqual([credential]);
    expect(await page.getByRole('table', { name: 'Jobs' }).getByRole('row').count()).toBe(2);
    await page.goBack();
    await row.getByRole('link', { name: /Sales/ }).first().click();

    const why = page.getByRole('region', { name: 'Why' });
    for (const text of [failure.explanation, failure.next_step, 'Who must act: Mailbox owner', 'It is tried again in'])
      await why.getByText(text).waitFor();
    await page.getByText(detail).waitFor();
    await page.getByText('1 job waits for this mailbox').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-refused');

    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Rotate & test' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate & test' });
    await dialog.getByText('1 job waits for it.').waitFor();
    await fillSecret(page, WRONG);
    await dialog.getByRole('button', { name: 'Rotate & test' }).click();
    await dialog.getByRole('alert').getByText(failure.next_step).waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-rotate-refused');
    await fillSecret(page, mail.password);
    await dialog.getByRole('button', { name: 'Rotate & test' }).click();
    await dialog.getByText('1 waiting job can start now.').waitFor();
    expect(await ended(api, job)).toMatchObject({ status: 'succeeded' });
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-rotated');
    expect(await kept(page)).not.toMatch(new RegExp(`${WRONG}|${mail.username}`));
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Rotate & test');
    await page.getByText('✓ Active').waitFor();

    const folders = page.getByRole('list', { name: 'Folders in error' });
    await folders.getByText(BROKEN).waitFor();
    await folders.getByText((await failureOf(api, 'mailbox_not_found')).title).waitFor();
    await screenshots(page, 'credential-folders');
  });

  itInBrowser('opens its rotation by address, and keeps the entries when the session ends', async (opened) => {
    const { page, context } = opened;
    const { account, api, path } = await accountOf('deep');
    const { credential, job } = await waiting(api, account);
    await signIn(page, `${path}/${credential}?rotate=1`, { account });
    const dialog = page.getByRole('dialog', { name: 'Rotate & test' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.search === '');
    await page.goto(`${path}/${credential}?rotate=1`);
    await fillSecret(page, mail.password);
    const resume = await endSession(opened);
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').getByText('The session has ended').waitFor();
    await resume();
    const window = context.waitForEvent('page');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await closed(await window);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await dialog.getByText('1 waiting job can start now.').waitFor();
    expect(await ended(api, job)).toMatchObject({ status: 'succeeded' });
  });
});

describe('an owner', () => {
  itInBrowser('tests, moves, pauses, resumes and deletes a credential', async ({ page, expectReport }) => {
    expectReport(/Failed to load resource.*(409|422)/);
    const { account, api, path } = await accountOf('owner');
    const credential = await addCredential(api, account, mail);
    await api.send('PATCH', `/api/provider-credentials/${credential}`, { label: NAME });
    await signIn(page, `${path}/${credential}`, { account });
    await page.getByText('Not used yet').waitFor();
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('Signed in').waitFor();
    await page.getByText('✓ Active').waitFor();

    await page.getByRole('button', { name: 'Update connection' }).click();
    const edit = page.getByRole('dialog', { name: 'Update connection' });
    await edit.getByLabel('Port').fill('1');
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-edit');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.getByRole('alert').getByText('must be given with a change of').waitFor();
    await fillSecret(page, mail.password);
    await edit.getByLabel('Port').fill(String(mail.port));
    await edit.getByLabel('Encryption').selectOption('ssl_tls');
    await edit.getByText('Certificate, connections').click();
    await edit.getByLabel('Your own id').fill('customer-17');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    await page.getByText('customer-17').waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    const pause = page.getByRole('dialog', { name: 'Pause this mailbox' });
    await pause.getByLabel('How long').selectOption('4');
    await pause.getByLabel('Reason').fill('the provider moves it');
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-pause');
    await pause.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused by an operator').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByText('✓ Active').waitFor();

    await api.post(`/api/accounts/${account}/tasks`, {
      task_type: 'imap_sync_messages',
      target_credential_id: credential,
      payload: {},
      schedule: { every: '6h' },
    });
    await page.getByRole('button', { name: 'Delete' }).click();
    const deletion = page.getByRole('dialog', { name: 'Delete this mailbox' });
    const button = deletion.getByRole('button', { name: 'Delete' });
    await deletion.getByLabel('Type its name').fill('Sales');
    expect(await button.isDisabled()).toBe(true);
    await deletion.getByLabel('Type its name').fill(NAME);
    await button.click();
    await deletion.getByText('It is in use: 1 schedule.').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'credential-delete');
    await deletion.getByRole('checkbox').check();
    await button.click();
    await page.getByText('There are no mailboxes yet').waitFor();
    expect((await api.get(`/api/provider-credentials/${credential}`)).status).toBe(404);
  });
});

describe.each(['viewer', 'member'] as const)('a %s', (role) => {
  itInBrowser(
    'sees the health and no command, and the service refuses the same calls',
    async ({ page, expectReport }) => {
      const { account, api, path } = await accountOf(role);
      const { credential } = await waiting(api, account);
      await signIn(page, path, { account, role });
      const row = page.getByRole('table', { name: 'Credentials' }).getByRole('row').nth(1);
      await row.getByText('Failed once').waitFor();
      expect(await page.getByRole('link', { name: 'Add a mailbox' }).count()).toBe(0);
      await page.goto(`${path}/${credential}?rotate=1`);
      await page.getByText('To rotate it, the role owner is needed.').waitFor();
      await page.getByText('No folder has been read yet').waitFor();
      expect(await buttons(page)).toEqual(role === 'viewer' ? [] : ['Read the folders now']);
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.goto(`${path}/add`);
      await page.getByText('To add a mailbox, the role owner is needed').waitFor();
      expect(await buttons(page)).toEqual([]);

      const same = await apiOf(stack(), account, role);
      const own = `/api/provider-credentials/${credential}`;
      const secret = { username: 'a', password: 'b' };
      const refused = [
        await same.post(`${own}/test`),
        await same.post(`${own}/rotate`, { secret }),
        await same.post(`${own}/pause`, {}),
        await same.post(`${own}/resume`, {}),
        await same.send('PATCH', own, { label: 'x' }),
        await same.delete(own),
      ];
      expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
      expectReport(/404/);
      await page.goto(`${path}/pc_01jd0000000000000000000000`);
      await page.getByText('This credential does not exist').waitFor();
    },
  );
});
