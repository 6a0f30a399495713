/** Sign-in, the end of a session, and sign-out, in a browser. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { consoleWorld, screenshots } from '../../fixtures/console-browser.ts';

const DEEP = '/a/acc_demo/jobs?status=failed&status=retrying&code=auth_failed';
const { itInBrowser, signIn } = consoleWorld();

/** Everything that the browser keeps for the console, but not the cookies of the issuer's own pages. */
async function kept(page: Page): Promise<string> {
  const storage = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
  return `${storage} ${page.url()}`;
}

/** Three base64url parts with dots between them, as access and ID tokens have. */
const TOKEN = /[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/;
const EMPTY = JSON.stringify([{}, {}, '']);

describe('the sign-in', () => {
  itInBrowser('keeps the address that was asked for, with its filters', async ({ page }) => {
    await signIn(page, DEEP);
    await page.getByRole('list', { name: 'Filters' }).waitFor();
    const chips = await page.getByRole('list', { name: 'Filters' }).getByRole('listitem').allTextContents();
    expect(chips.map((chip) => chip.replace('×', ''))).toEqual([
      'status: failed',
      'status: retrying',
      'code: auth_failed',
    ]);
    await screenshots(page, 'jobs-empty');
  });

  itInBrowser('leaves no token in any storage, cookie or address', async ({ page, context }) => {
    const answers: string[] = [];
    page.on('response', async (reply) => {
      if (reply.url().endsWith('/_local/oidc/token')) answers.push(await reply.text());
    });
    await signIn(page, '/a/acc_demo');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expect.poll(() => answers.join()).toMatch(TOKEN);
    expect(await kept(page)).toBe(`${EMPTY} ${page.url()}`);
    expect(page.url()).toMatch(/\/a\/acc_demo$/);
    const cookies = await context.cookies();
    expect(cookies.map(({ name, httpOnly, path }) => ({ name, httpOnly, path }))).toEqual(
      ['inbox_manager_form', 'inbox_manager_session'].map((name) => ({ name, httpOnly: true, path: '/_local/oidc' })),
    );
    await screenshots(page, 'overview-empty');
  });

  itInBrowser('after a reload does not ask a person who is signed in at the issuer', async ({ page }) => {
    await signIn(page, DEEP);
    await page.reload();
    await page.getByRole('list', { name: 'Filters' }).waitFor();
    expect(new URL(page.url()).search).toBe(new URL(DEEP, page.url()).search);
  });
});

describe('a session that ends', () => {
  itInBrowser('keeps typed text, and continues after a sign-in in a second window', async (opened) => {
    const { page, context, expectReport } = opened;
    expectReport(/Failed to load resource/);
    await signIn(page, '/a/acc_demo/jobs');
    await page.getByLabel('Search jobs').fill('a long search');
    await context.route('**/api/accounts/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/json', body: '{"message":"Unauthorized"}' }),
    );
    await context.route('**/_local/oidc/token', (route) =>
      route.fulfill({ status: 400, contentType: 'application/json', body: '{"error":"invalid_grant"}' }),
    );
    await page.getByText('Your session has ended').waitFor();
    await context.unroute('**/api/accounts/**');
    await context.unroute('**/_local/oidc/token');
    const window = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await (await window).waitForEvent('close');
    await page.getByText('Your session has ended').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Search jobs').inputValue()).toBe('a long search');
    expect(await kept(page)).toBe(`${EMPTY} ${page.url()}`);
  });
});

describe('the sign-out', () => {
  itInBrowser('stops all reads of the page, and the next sign-in asks for the person', async ({ page }) => {
    await signIn(page, '/a/acc_demo');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You have signed out' }).waitFor();
    await screenshots(page, 'signed-out');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Role').waitFor();
    expect(new URL(page.url()).pathname).toBe('/_local/oidc/authorize');
  });
});
