/** The filters and the views of commands that read. */
import { expect, it } from 'vitest';
import { exampleService } from '../fixtures/api-examples.ts';
import { runInProcess } from '../fixtures/inboxctl-in-process.ts';

it.each([
  ['bulk list --status running,failed', 'status=running&status=failed&limit=20'],
  [
    'webhooks deliveries whk_a --unverified --reason bad_signature,expired --since 24h',
    'verified=false&reason=bad_signature&reason=expired&since=-24h&limit=20',
  ],
  ['webhooks deliveries whk_a --verified', 'verified=true&limit=20'],
  ['webhooks deliveries whk_a', 'limit=20'],
])('%s sends its filters', async (command, query) => {
  const { code, sent } = await runInProcess(command.split(' '), exampleService());
  expect({ code, query: sent[0]?.url.searchParams.toString() }).toEqual({ code: 0, query });
});

it('deliveries cannot be both verified and unverified', async () => {
  const command = ['webhooks', 'deliveries', 'whk_a', '--verified', '--unverified'];
  expect(await runInProcess(command, exampleService())).toMatchObject({ code: 2, sent: [] });
});

it('an endpoint is shown with its deliveries of the last day', async () => {
  const { stdout } = await runInProcess(['webhooks', 'get', 'whk_a'], exampleService());
  expect(stdout).toMatch(/^last 24h {6}412 verified, 1 refused$/m);
});

it('a job is shown with its mailbox, its server and the commands that are possible now', async () => {
  const changed = (name: string, value: unknown): unknown => {
    if (name === 'credential_label') return 'Sales';
    if (name === 'host') return 'imap.a.test:993';
    return name === 'allowed_commands' ? ['retry', 'resolve'] : value;
  };
  const { stdout } = await runInProcess(['jobs', 'get', 'job_a'], exampleService(changed));
  expect(stdout).toMatch(/^mailbox {7}Sales$/m);
  expect(stdout).toMatch(/^server {8}imap\.a\.test:993$/m);
  expect(stdout).toMatch(/^possible now {2}retry, resolve$/m);
});

it.each([
  [true, '2'],
  [false, 'at least 2'],
])('statistics show stalled jobs and what jobs wait for; all open jobs were examined: %s', async (complete, jobs) => {
  const changed = (name: string, value: unknown): unknown => {
    if (name === 'stalled') return 2;
    if (name === 'by_waiting_on') return { account_paused: 2 };
    return name === 'complete' ? complete : value;
  };
  const { stdout } = await runInProcess(['jobs', 'stats'], exampleService(changed));
  expect(stdout).toMatch(new RegExp(`^stalled {7}${jobs}$`, 'm'));
  expect(stdout).toMatch(new RegExp(`^waiting on {4}account_paused ${jobs}$`, 'm'));
});
