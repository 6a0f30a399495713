/** Mailboxes and messages in a browser: folders with their errors, messages by the filters of the API, hostile text. */
import type { Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { createMailbox } from '../../../local/imap/server.ts';
import { type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { type MailCase, mailCase } from '../../fixtures/mail-case.ts';

const { stack, itInBrowser, signIn } = consoleWorld();

const HOSTILE = '<img src=x onerror=alert(1)> \u202egnp.exe';
/** The text on the page: the page shows the direction character and does not apply it. */
const SHOWN = '<img src=x onerror=alert(1)> U+202Egnp.exe';

const encoded = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
const message = (subject: string, from: string): string =>
  [
    `From: ${from}`,
    'To: Demo <demo@example.test>',
    `Subject: ${encoded(subject)}`,
    `Message-ID: <${Buffer.from(subject).toString('hex').slice(0, 20)}@example.test>`,
    'Date: Sat, 28 Nov 2026 12:00:00 +0000',
    '',
    'The secret contents.',
    '',
  ].join('\r\n');

const cases: MailCase[] = [];
afterAll(async () => {
  for (const each of cases) await each.close();
});

/** A synced mailbox with a hostile message, and a folder that the server refuses. */
async function synced(account: string): Promise<MailCase> {
  const mail = await mailCase(stack(), account, {
    mailboxes: [
      createMailbox({
        path: 'INBOX',
        messages: [
          {
            raw: message('Minutes', 'Jane <jane@example.test>'),
            flags: ['\\Seen'],
            internalDate: new Date('2026-03-01'),
          },
          { raw: message(HOSTILE, `${encoded(HOSTILE)} <evil@example.test>`), internalDate: new Date('2026-03-02') },
          {
            raw: message('Invoice', 'Joe <joe@example.test>'),
            flags: ['\\Seen', '\\Flagged'],
            internalDate: new Date('2026-03-03'),
          },
        ],
      }),
      createMailbox({ path: 'אבג <b>', messages: [{ raw: message('Inside', 'Joe <joe@example.test>') }] }),
      createMailbox({ path: 'Broken' }),
    ],
  });
  cases.push(mail);
  mail.server.script = ({ name, args }) =>
    name === 'EXAMINE' && args.includes('Broken')
      ? { kind: 'lines', lines: ['{tag} NO [UNAVAILABLE] <script>alert(1)</script>'] }
      : { kind: 'normal' };
  await mail.sync();
  await until(
    () => mail.mailboxes(),
    (folders) => folders.length === 3 && folders.some(({ last_error }: Json) => last_error !== null),
  );
  return mail;
}

const rows = (page: Page, name: string) => page.getByRole('table', { name }).getByRole('row');
const focused = (page: Page) => page.locator(':focus').getAttribute('aria-label');
const subjects = (page: Page): Promise<string[]> =>
  page.getByRole('table', { name: 'Messages' }).locator('[data-column="subject"]').allTextContents();

describe('the mailboxes', () => {
  itInBrowser('list each folder with its counts, its last sync and why it cannot be read', async ({ page }) => {
    const account = 'acc_folders';
    const mail = await synced(account);
    await signIn(page, `/a/${account}/mailboxes`, { account, role: 'viewer' });
    await rows(page, 'Folders').nth(3).waitFor();
    const inbox = rows(page, 'Folders').filter({ hasText: 'INBOX' });
    const cell = (name: string) => inbox.locator(`[data-column="${name}"]`).textContent();
    expect([await cell('messages'), await cell('stored')]).toEqual(['3', '3']);
    expect(await cell('synced')).toMatch(/^\d/);
    await rows(page, 'Folders').filter({ hasText: 'Broken' }).getByText('<script>alert(1)</script>').waitFor();
    await rows(page, 'Folders').getByText('אבג <b>').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'mailboxes');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel('Which folders').selectOption('In error');
    await expect.poll(() => rows(page, 'Folders').count()).toBe(2);
    expect(new URL(page.url()).search).toBe('?in_error=true');
    await page.goto(
      `/a/${account}/mailboxes?credential_id=${mail.credential}&in_error=true&last_error_code=auth_failed`,
    );
    await page.getByText('No folder fits these filters').waitFor();
    await page.getByRole('button', { name: 'Remove all filters' }).click();
    await rows(page, 'Folders').getByRole('link', { name: 'אבג <b>' }).click();
    await expect.poll(() => subjects(page)).toEqual(['Inside']);
    expect(await page.getByRole('list', { name: 'Filters' }).textContent()).toContain('אבג <b>');
  });

  itInBrowser('are synced by a member, with the job that does it', async ({ page }) => {
    const account = 'acc_sync';
    const mail = await synced(account);
    await signIn(page, `/a/${account}/mailboxes?credential_id=${mail.credential}`, { account, role: 'member' });
    await page.getByRole('button', { name: 'Sync the messages' }).click();
    await page.getByText('A job does it').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('link', { name: 'open the job' }).click();
    await page.getByRole('heading', { name: 'imap_sync_messages' }).waitFor();
  });
});

describe('the messages', () => {
  itInBrowser('are filtered by the service, and hostile text is shown as data', async ({ page }) => {
    const account = 'acc_messages';
    await synced(account);
    await signIn(page, `/a/${account}/messages`, { account, role: 'viewer' });
    await rows(page, 'Messages').nth(4).waitFor();
    expect(await subjects(page)).toEqual(['Invoice', SHOWN, 'Minutes', 'Inside']);
    expect(await page.locator('main [title*="[U+202E]"]').count()).toBeGreaterThan(0);
    expect(await page.locator('[title*="\u202e"]').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'messages');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByLabel('Read or not').selectOption('Unread');
    await expect.poll(() => subjects(page)).toEqual([SHOWN, 'Inside']);
    await page.getByLabel('Words in the subject').fill('Inside');
    await page.keyboard.press('Enter');
    await expect.poll(() => subjects(page)).toEqual(['Inside']);
    expect(await focused(page)).toBe('Words in the subject');
    await page.getByRole('button', { name: 'Remove subject Inside' }).click();
    await expect.poll(() => subjects(page)).toEqual([SHOWN, 'Inside']);
    expect(await focused(page)).toBe('Remove seen false');
    expect(await page.getByLabel('Words in the subject').inputValue()).toBe('');
    await page.goto(`/a/${account}/messages?subject=nothing`);
    await page.getByText('No stored message fits these filters').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  itInBrowser('show the stored metadata of one of them, and never contents', async ({ page, expectReport }) => {
    expectReport(/status of 404/);
    const account = 'acc_message';
    await synced(account);
    await signIn(page, `/a/${account}/messages?seen=false`, { account, role: 'viewer' });
    await rows(page, 'Messages').nth(2).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    await page.getByRole('heading', { name: '<img src=x' }).waitFor();
    await page.getByText(`${SHOWN} <evil@example.test>`).waitFor();
    await page.getByText('Contents are never stored.').waitFor();
    expect(await page.content()).not.toContain('The secret contents.');
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'message');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Escape');
    await expect.poll(() => subjects(page)).toEqual([SHOWN, 'Inside']);
    await page.goto(`/a/${account}/messages/eml_01jd0000000000000000000000`);
    await page.getByText('This message does not exist').waitFor();
  });

  itInBrowser('that no sync has read yet lead to the mailboxes, and these to the credentials', async ({ page }) => {
    await signIn(page, '/a/acc_nomail/messages', { account: 'acc_nomail', role: 'viewer' });
    await page.getByText('No message has been read yet').waitFor();
    await page.getByRole('link', { name: 'See the mailboxes' }).click();
    await page.getByText('No folder has been read yet').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'mailboxes-empty');
    await page.getByRole('link', { name: 'See the credentials' }).click();
    await page.getByRole('heading', { name: 'Credentials' }).waitFor();
  });
});
