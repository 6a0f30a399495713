/** Tasks and their schedules in a browser: the list, one of them, and every command. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type DemoServer, startDemoServer } from '../../../local/imap/demo-account.ts';
import { type Api, apiOf, type Json, until } from '../../fixtures/api.ts';
import { consoleWorld, screenshots, violations } from '../../fixtures/console-browser.ts';
import { noChromium } from '../../fixtures/console-setup.ts';
import { addCredential } from '../../fixtures/mailbox-account.ts';

const { stack, itInBrowser, signIn } = consoleWorld();

let mail: DemoServer;
beforeAll(async () => {
  if (noChromium === '') mail = await startDemoServer();
});
afterAll(() => mail?.close());

type World = { readonly account: string; readonly api: Api; readonly credential: string };

async function world(name: string): Promise<World> {
  const account = `acc_${name}`;
  const api = await apiOf(stack(), account);
  return { account, api, credential: await addCredential(api, account, mail) };
}

const WEEKDAYS = { cron: '0 9 * * 1-5', time_zone: 'Europe/Berlin' };

async function addTask({ account, api, credential }: World, more: object = {}): Promise<Json> {
  const body = {
    task_type: 'imap_sync_messages',
    target_credential_id: credential,
    payload: { folder: 'INBOX' },
    ...more,
  };
  return (await api.post(`/api/accounts/${account}/tasks`, body)).body.data;
}

const taskOf = async (api: Api, id: string): Promise<Json> => (await api.get(`/api/tasks/${id}`)).body.data;
const rows = (page: Page) => page.getByRole('table', { name: 'Tasks' }).getByRole('row');
const schedules = (page: Page): Promise<string[]> =>
  page.getByRole('table', { name: 'Tasks' }).locator('[data-column="schedule"]').allTextContents();

describe('the list of tasks', () => {
  itInBrowser('leads to a new task, whose schedule the service checks', async ({ page, expectReport }) => {
    expectReport(/status of 422/);
    const own = await world('task_add');
    await signIn(page, `/a/${own.account}/tasks`, { account: own.account, role: 'member' });
    await page.getByText('There are no tasks yet').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'tasks-empty');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('main').getByRole('link', { name: 'Add a task' }).first().click();
    await page.getByLabel('Mailbox', { exact: true }).fill(own.credential);
    await page.getByLabel('It makes jobs').selectOption('at times (cron)');
    await page.getByLabel('Cron').fill('0 9 31 2 *');
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByRole('button', { name: 'Add' }).click();
    await page
      .getByText(/must be a cron expression/)
      .first()
      .waitFor();
    expect(await page.getByLabel('Mailbox', { exact: true }).inputValue()).toBe(own.credential);
    await page.getByLabel('Cron').fill('0 9 * * 1-5');
    await page.getByText('at 09:00 from Monday to Friday (Europe/Berlin)').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'task-add');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('heading', { name: 'sync messages' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const { next_runs: runs, schedule } = await taskOf(own.api, id);
    expect(schedule).toEqual(WEEKDAYS);
    const shown = page.getByRole('list', { name: 'Next runs' }).locator('li > time:first-child');
    await shown.nth(4).waitFor();
    const times = await Promise.all((await shown.all()).map((each) => each.getAttribute('datetime')));
    expect(times).toEqual(runs);
    expect(runs).toHaveLength(5);
  });

  itInBrowser(
    'has the schedule in words, the next run and the last job, and filters by the service',
    async (opened) => {
      const { page } = opened;
      const own = await world('task_list');
      await addTask(own, { schedule: WEEKDAYS, labels: ['<b>\u05d0\u05d1\u05d2</b>'] });
      await addTask(own, { schedule: { every: '6h' } });
      const byHand = await addTask(own);
      const job: string = (await own.api.post(`/api/tasks/${byHand.id}/trigger`, {})).body.data.id;
      await until(
        () => taskOf(own.api, byHand.id),
        ({ status }) => status === 'succeeded',
      );
      await signIn(page, `/a/${own.account}/tasks`, { account: own.account, role: 'viewer' });
      await rows(page).nth(3).waitFor();
      expect(await schedules(page)).toEqual([
        'only when it is run by hand',
        'every 6 hours',
        'at 09:00 from Monday to Friday (Europe/Berlin)',
      ]);
      expect(await page.getByRole('main').getByRole('link', { name: 'Add a task' }).count()).toBe(0);
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'tasks');
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByLabel('Schedule').selectOption('With a schedule');
      await expect.poll(() => schedules(page)).toHaveLength(2);
      await page.getByLabel('Search tasks').fill('אבג');
      await page.keyboard.press('Enter');
      await expect.poll(() => schedules(page)).toEqual(['at 09:00 from Monday to Friday (Europe/Berlin)']);
      await page.goBack();
      await expect.poll(() => schedules(page)).toHaveLength(2);
      await rows(page).nth(1).getByRole('link').first().click();
      await page.getByRole('link', { name: 'All tasks' }).waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => schedules(page)).toHaveLength(2);
      expect(new URL(page.url()).search).toBe('?scheduled=true');
      await page.goto(`/a/${own.account}/tasks?status=succeeded`);
      await expect.poll(() => schedules(page)).toEqual(['only when it is run by hand']);
      await rows(page).nth(1).getByRole('link', { name: 'succeeded' }).click();
      await page.getByRole('heading', { name: 'imap_sync_messages' }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/a/${own.account}/jobs/${job}`);
    },
  );
});

describe('a task', () => {
  itInBrowser('is run, paused, resumed and deleted by keyboard and with reasons', async ({ page }) => {
    const own = await world('task_commands');
    const { id } = await addTask(own, { schedule: WEEKDAYS });
    await signIn(page, `/a/${own.account}/tasks/${id}`, { account: own.account });
    await page.getByRole('list', { name: 'Next runs' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'task');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Run now' }).focus();
    await page.keyboard.press('t');
    const run = page.getByRole('dialog', { name: 'Run this task now' });
    await run.getByLabel('Reason').fill('the customer waits');
    await page.keyboard.press('Enter');
    await run.getByText('It has made a job').waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'task-run');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press('Escape');
    await run.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run now');
    await page.getByRole('list', { name: 'Its last jobs' }).getByText('succeeded').waitFor();
    await page.getByRole('link', { name: 'All its jobs' }).click();
    await page.getByRole('list', { name: 'Filters' }).getByText(`task: ${id}`).waitFor();
    await page.goBack();

    await page.getByRole('button', { name: 'Pause' }).click();
    const pause = page.getByRole('dialog', { name: 'Pause this task' });
    await pause.getByLabel('Reason').fill('<i>maintenance</i>');
    await pause.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('heading', { name: 'Somebody has paused its schedule' }).waitFor();
    await page.getByText('<i>maintenance</i>').waitFor();
    await page.getByText('None while its schedule is off.').waitFor();
    expect((await taskOf(own.api, id)).paused.reason).toBe('<i>maintenance</i>');
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'task-paused');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('list', { name: 'Next runs' }).waitFor();

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('no longer needed');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('There are no tasks yet').waitFor();
    expect((await own.api.get(`/api/tasks/${id}`)).status).toBe(404);
  });

  itInBrowser(
    'is edited with a preview, and a change of another person is not overwritten without a warning',
    async (opened) => {
      const { page, expectReport } = opened;
      expectReport(/status of (412|422)/);
      const own = await world('task_edit');
      const { id } = await addTask(own, { schedule: WEEKDAYS });
      await signIn(page, `/a/${own.account}/tasks/${id}`, { account: own.account, role: 'member' });
      await page.getByRole('button', { name: 'Edit' }).click();
      const dialog = page.getByRole('dialog', { name: 'Edit this task' });
      const preview = dialog.getByRole('region', { name: 'What will change' });
      await preview.getByText('Nothing yet.').waitFor();
      expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Payload').fill('{"folder": ');
      await preview.getByText('The payload must be a JSON object').waitFor();
      await dialog.getByLabel('Payload').fill('{"folder": "Sent"}');
      await dialog.getByLabel('It makes jobs').selectOption('at an interval');
      await dialog.getByLabel('Every').fill('5x');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByLabel('Every').fill('2h');
      await preview.getByText('every 2 hours').waitFor();
      await preview.getByText('{"folder":"Sent"}').waitFor();
      expect(await violations(page)).toEqual([]);
      await screenshots(page, 'task-edit');
      await page.setViewportSize({ width: 1280, height: 800 });
      await own.api.send('PATCH', `/api/tasks/${id}`, { priority: 7 });
      await dialog.getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => preview.textContent()).toContain('priority: 7 → 0');
      await dialog.getByText('Somebody has changed it').waitFor();
      expect((await taskOf(own.api, id)).priority).toBe(7);
      await dialog.getByLabel('Priority').fill('7');
      await expect.poll(() => preview.textContent()).not.toContain('priority');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      const { schedule, payload, priority } = await taskOf(own.api, id);
      expect({ schedule, priority, folder: payload.folder }).toEqual({
        schedule: { every: '2h' },
        priority: 7,
        folder: 'Sent',
      });
      await page.getByText('every 2 hours').waitFor();
    },
  );

  itInBrowser('of a deleted mailbox says why the service has suspended its schedule', async ({ page }) => {
    const own = await world('task_suspended');
    const { id } = await addTask(own, { schedule: WEEKDAYS });
    // A deletion suspends the tasks in the list, and the list is written a moment after the command.
    await until(
      () => own.api.get(`/api/accounts/${own.account}/tasks`),
      ({ body }) => body.data.length === 1,
    );
    expect((await own.api.delete(`/api/provider-credentials/${own.credential}?force=true`)).status).toBe(204);
    const { suspended } = await until(
      () => taskOf(own.api, id),
      (task) => task.suspended !== null,
    );
    const { body } = await own.api.get('/api/failures');
    const failure = body.data.find(({ code }: Json) => code === suspended.code);
    await signIn(page, `/a/${own.account}/tasks`, { account: own.account, role: 'viewer' });
    await rows(page).nth(1).getByText('‼ suspended').first().waitFor();
    await rows(page).nth(1).getByRole('link', { name: 'sync messages' }).click();
    await page.getByRole('heading', { name: 'The service has suspended its schedule' }).waitFor();
    await page.getByText(failure.explanation).waitFor();
    await page.getByText(failure.next_step).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshots(page, 'task-suspended');
  });

  itInBrowser('that does not exist leads to the audit', async ({ page, expectReport }) => {
    expectReport(/status of 404/);
    await signIn(page, '/a/acc_demo/tasks/tsk_01jd0000000000000000000000');
    await page.getByText('This task does not exist').waitFor();
    expect(await page.getByRole('link', { name: 'Look in the audit' }).getAttribute('href')).toBe(
      '/a/acc_demo/audit?subject_id=tsk_01jd0000000000000000000000',
    );
  });
});

describe.each([
  { role: 'viewer', commands: [], refused: [403, 403, 403, 403, 403] },
  { role: 'member', commands: ['Run now', 'Edit'], refused: [403, 403, 403] },
] as const)('a $role', ({ role, commands, refused }) => {
  itInBrowser('sees only the commands of the role, and the service refuses the others', async ({ page }) => {
    const own = await world(`task_${role}`);
    const { id } = await addTask(own, { schedule: WEEKDAYS });
    await signIn(page, `/a/${own.account}/tasks/${id}`, { account: own.account, role });
    await page.getByRole('list', { name: 'Next runs' }).waitFor();
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual(commands);
    await page.goto(`/a/${own.account}/tasks/add`);
    await page.getByRole('heading', { name: 'Add a task' }).waitFor();
    expect(await page.getByText('the role member is needed').count()).toBe(role === 'viewer' ? 1 : 0);
    const same = await apiOf(stack(), own.account, role);
    const path = `/api/tasks/${id}`;
    const calls = [
      () => same.post(`${path}/pause`, {}),
      () => same.post(`${path}/resume`, {}),
      () => same.delete(path),
      () => same.post(`${path}/trigger`, {}),
      () => same.send('PATCH', path, { priority: 1 }),
    ];
    const statuses: number[] = [];
    for (const call of calls.slice(0, refused.length)) statuses.push((await call()).status);
    expect(statuses).toEqual(refused);
  });
});
