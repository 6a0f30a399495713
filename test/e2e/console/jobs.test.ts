/** The list of jobs and a job beside it, on the mailboxes of the demo: one works, the other has a wrong password. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { type Demo, startDemo, startDemoMail } from '../../../local/demo.ts';
import { apiOf, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { seedJobs } from '../../fixtures/seeded-jobs.ts';

const { stack, itInBrowser, signIn } = consoleWorld();

let mail: Awaited<ReturnType<typeof startDemoMail>> | undefined;
let demo: Demo | undefined;
beforeAll(async () => {
  if (noChromium !== '') return;
  mail = await startDemoMail(stack());
  demo = await startDemo(stack(), mail);
  const api = await apiOf(stack(), 'acc_demo');
  await until(
    () => api.get('/api/accounts/acc_demo/jobs/stats'),
    ({ body }) => body.data.by_status.failed === 1,
  );
});
afterAll(() => mail?.close());

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Jobs' }).getByRole('row');
/** Address and number of rows, without the heading. */
const shown = async (page: Page): Promise<string> =>
  `${new URL(page.url()).search} ${Math.max(0, (await rowsOf(page).count()) - 1)}`;

describe('the list of jobs', () => {
  itInBrowser('follows the address back and forward over ten changes of the filter', async ({ page }) => {
    const chip = (name: string) => page.getByRole('list', { name: 'Filters' }).getByRole('button', { name });
    const addCode = async (code: string) => {
      await page.getByLabel('Field of the filter').selectOption('code');
      await page.getByLabel('Value of the filter').fill(code);
      await page.getByRole('button', { name: 'Add filter' }).click();
    };
    const searchFor = async (text: string) => {
      await page.getByLabel('Search jobs').fill(text);
      await page.getByLabel('Search jobs').press('Enter');
    };
    const view = (name: string) =>
      page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name, exact: true });
    const changes: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => view('Failing').click(), '?status=failed&status=retrying 1'],
      [() => chip('Remove status retrying').click(), '?status=failed 1'],
      [() => addCode('auth_failed'), '?status=failed&code=auth_failed 1'],
      [() => searchFor('authentication'), '?q=authentication&status=failed&code=auth_failed 1'],
      [
        () => page.getByLabel('Made in').selectOption('24h'),
        '?q=authentication&status=failed&code=auth_failed&since=24h 1',
      ],
      [() => chip('Remove status failed').click(), '?q=authentication&code=auth_failed&since=24h 1'],
      [() => searchFor(''), '?code=auth_failed&since=24h 1'],
      [() => view('Waiting').click(), '?status=queued&status=scheduled 0'],
      [() => page.getByRole('button', { name: 'Remove all filters' }).click(), ' 3'],
      [() => page.getByRole('button', { name: /^succeeded 2/ }).click(), '?status=succeeded 2'],
    ];
    await signIn(page, '/a/acc_demo/jobs');
    await expect.poll(() => shown(page)).toBe(' 3');
    for (const [change, expected] of changes) {
      await change();
      await expect.poll(() => shown(page)).toBe(expected);
    }
    const addresses = [' 3', ...changes.map(([, expected]) => expected)];
    for (const expected of addresses.slice(0, -1).reverse()) {
      await page.goBack();
      await expect.poll(() => shown(page)).toBe(expected);
    }
    for (const expected of addresses.slice(1)) {
      await page.goForward();
      await expect.poll(() => shown(page)).toBe(expected);
    }

    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Done');
    await page.keyboard.press('Enter');
    await view('All').click();
    await expect.poll(() => shown(page)).toBe(' 3');
    await page.reload();
    await view('Done').click();
    await expect.poll(() => shown(page)).toBe('?status=succeeded 2');
    await page.getByRole('button', { name: 'Forget this view' }).click();
    await view('Done').waitFor({ state: 'detached' });
  });

  itInBrowser('has the same rows when its address is opened in a fresh browser', async ({ page }) => {
    const path = '/a/acc_demo/jobs?q=authentication&status=failed&host=localhost&since=24h';
    await signIn(page, path);
    await expect.poll(() => shown(page)).toBe(`${new URL(path, page.url()).search} 1`);
    const job = await rowsOf(page).nth(1).getByRole('checkbox').getAttribute('aria-label');
    const other = await page.context().browser()?.newContext({ baseURL: stack().url });
    if (other === undefined) throw new Error('there is no browser');
    const fresh = await other.newPage();
    await signIn(fresh, `${path}&stat=failed`);
    await fresh.getByText('does not use it: stat').waitFor();
    await fresh.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => shown(fresh)).toBe(`${new URL(path, page.url()).search} 1`);
    expect(await fresh.getByText('does not use it').count()).toBe(0);
    expect(await rowsOf(fresh).nth(1).getByRole('checkbox').getAttribute('aria-label')).toBe(job);
    await other.close();
  });

  itInBrowser('counts new jobs in a pill, and moves no row until it is pressed', async ({ page }) => {
    await signIn(page, '/a/acc_demo/jobs');
    await rowsOf(page).nth(1).waitFor();
    const before = await rowsOf(page).count();
    const first = await rowsOf(page).nth(1).getByRole('checkbox').getAttribute('aria-label');
    const api = await apiOf(stack(), 'acc_demo');
    const { status } = await api.post('/api/accounts/acc_demo/imap/sync-mailboxes', {
      credential_id: demo?.credentialId,
    });
    expect(status).toBe(202);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await rowsOf(page).nth(1).getByRole('checkbox').getAttribute('aria-label')).toBe(first);
    expect(await rowsOf(page).count()).toBe(before);
    await page.getByRole('button', { name: '1 new' }).click();
    await expect.poll(() => rowsOf(page).count()).toBe(before + 1);
    await screenshots(page, 'jobs');
  });

  itInBrowser('opens a job at the reason of its failure by keyboard alone, and closes it again', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await signIn(page, '/a/acc_demo/jobs?status=failed');
    await rowsOf(page).nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    await page.getByText('Ask the mailbox owner for a new password').waitFor();
    expect(await page.getByRole('table', { name: 'Jobs' }).isVisible()).toBe(true);
    await screenshots(page, 'job');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Job' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?status=failed');
    const row = rowsOf(page).nth(1);
    await expect.poll(() => row.locator('a:focus').count()).toBe(1);
  });

  itInBrowser('sends no request while it is frozen or hidden, whatever has the focus', async ({ page }) => {
    await page.clock.install();
    const requests: string[] = [];
    let open = 0;
    page.on('request', (request) => {
      requests.push(request.url());
      open += 1;
    });
    const ends = (): void => {
      open -= 1;
    };
    page.on('requestfinished', ends);
    page.on('requestfailed', ends);
    await signIn(page, '/a/acc_demo/jobs');
    await rowsOf(page).nth(1).waitFor();
    const polls = () => requests.filter((url) => url.endsWith('/stats')).length;
    /** As a browser does it when another tab or window is shown; headless ones show all tabs. */
    const show = async (isShown: boolean): Promise<void> =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { configurable: true, value: ${!isShown} });
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${isShown ? 'visible' : 'hidden'}' });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
        window.dispatchEvent(new Event('${isShown ? 'focus' : 'blur'}'));
        window.dispatchEvent(new Event('online'));
      `);
    const isQuiet = () => expect.poll(() => open).toBe(0);

    await page.getByRole('button', { name: /Live/ }).click();
    await isQuiet();
    requests.length = 0;
    for (let turn = 0; turn < 6; turn += 1) {
      await show(turn % 2 === 1);
      await page.clock.runFor(10_000);
    }
    expect(requests).toEqual([]);
    await page.getByRole('button', { name: /Frozen/ }).click();
    await expect.poll(polls).toBeGreaterThan(0);

    await show(false);
    await isQuiet();
    requests.length = 0;
    await page.clock.runFor(60_000);
    expect(requests).toEqual([]);
    await show(true);
    await expect.poll(polls).toBeGreaterThan(0);
  });
});

/** A refusal that the client does not try again. */
const PROBLEM = {
  type: 'about:blank',
  title: 'Bad request',
  status: 400,
  code: 'invalid_request',
  detail: 'No more today.',
  retryable: false,
};

describe('a long list', () => {
  itInBrowser(
    'keeps 20 pages of 50 jobs, reads dropped pages again at their place, and a failed page on request',
    async (opened) => {
      const { page, expectReport } = opened;
      expectReport(/Failed to load resource.*400/);
      const jobIds = Array.from({ length: 1_250 }, () => ids.next('job'));
      await seedJobs(stack(), 'acc_long', jobIds);
      const api = await apiOf(stack(), 'acc_long');
      await until(
        () => api.get('/api/accounts/acc_long/jobs/stats'),
        ({ body }) => body.data.total === jobIds.length,
      );
      const cursors: (string | null)[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/jobs/search')) cursors.push(request.postDataJSON().cursor ?? null);
      });
      await signIn(page, '/a/acc_long/jobs', { account: 'acc_long' });
      const firstJob = () => rowsOf(page).nth(1).getByRole('checkbox').getAttribute('aria-label');
      const newest = await firstJob();

      await page.route('**/jobs/search', (route) => route.fulfill({ status: 400, json: PROBLEM }));
      await page.evaluate('scrollTo(0, document.body.scrollHeight)');
      await page.getByRole('alert').getByText('The next rows could not be read').waitFor();
      for (const place of ['0', 'document.body.scrollHeight']) {
        await page.evaluate(`scrollTo(0, ${place})`);
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      }
      expect(cursors).toHaveLength(2);
      await page.unroute('**/jobs/search');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      cursors.splice(1, 1);
      await expect
        .poll(async () => {
          await page.evaluate('scrollTo(0, document.body.scrollHeight)');
          return page.getByText('1,250 shown').count();
        })
        .toBe(1);
      expect(new Set(cursors).size).toBe(25);
      expect(cursors).toHaveLength(25);
      expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_500);
      await expect
        .poll(async () => {
          await page.evaluate('scrollTo(0, 0)');
          return (await rowsOf(page).count()) > 1 ? firstJob() : null;
        })
        .toBe(newest);
      expect(new Set(cursors).size).toBe(25);
      expect(cursors.slice(25)).toHaveLength(5);
    },
  );

  itInBrowser('begins at an entered time', async ({ page }) => {
    await signIn(page, '/a/acc_demo/jobs');
    await page.getByLabel('Jump to time').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Jump' }).click();
    await page.getByText('No job fits these filters').waitFor();
    expect(new URL(page.url()).searchParams.get('until')).toMatch(/^(2019|2020)-.*Z$/);
    await page.getByRole('button', { name: 'Remove before' }).click();
    await rowsOf(page).nth(1).waitFor();
  });
});

describe('accessibility', () => {
  itInBrowser('of overview, list, job and help has no violation in both themes, wide and narrow', async ({ page }) => {
    await signIn(page, '/a/acc_demo');
    await page.getByText('The password was refused').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'overview');
    await page.getByRole('link', { name: '1 job' }).click();
    await rowsOf(page).nth(1).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'auth_failed' }).click();
    await page.getByText('Ask the mailbox owner for a new password').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
