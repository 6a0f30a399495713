import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome, reply, runInProcess } from '../../fixtures/inboxctl-in-process.ts';

const ENDPOINT = {
  id: 'whe_a',
  url: 'https://api.test/webhooks/whe_a',
  provider: 'standard',
  target: { credential_id: 'pc_a' },
  action: 'imap_sync_messages',
  payload: {},
  enabled: true,
  event_types: null,
  version: 1,
};
const create = ['webhooks', 'create', 'standard', 'sync_messages', '--credential', 'pc_a'];
const newFile = (): string => join(newHome(), 'secret');

describe('the secret that the service makes for a webhook endpoint', () => {
  it('is written to a file that only its owner may read, and is not printed', async () => {
    const file = newFile();
    const done = await runInProcess([...create, '--secret-file', file, '--json'], () =>
      reply(201, { data: { ...ENDPOINT, secret: 'whsec_x' } }),
    );
    expect(done.code).toBe(0);
    expect(done.stdout + done.stderr).not.toContain('whsec_x');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['whsec_x\n', 0o600]);
  });

  it('that the reply does not contain leaves no file, and the command asks to rotate again', async () => {
    for (const command of [create, ['webhooks', 'rotate', 'whe_a', '--yes']]) {
      const file = newFile();
      const { code, stderr } = await runInProcess([...command, '--secret-file', file], () =>
        reply(200, { data: { ...ENDPOINT, secret: null } }),
      );
      expect(code).toBe(1);
      expect(stderr).toContain('webhooks rotate whe_a --secret-file');
      expect(existsSync(file)).toBe(false);
    }
  });

  it('has no file if the command is refused, not agreed to, or wrong', async () => {
    const file = newFile();
    const refused = () => reply(409, { type: 'urn:x', title: 'No', status: 409, code: 'conflict' });
    const option = ['--secret-file', file];
    expect(await runInProcess([...create, ...option], refused)).toMatchObject({ code: 6 });
    expect(await runInProcess(['webhooks', 'rotate', 'whe_a', ...option], refused)).toMatchObject({
      code: 3,
      sent: [],
    });
    const wrong = ['webhooks', 'create', 'standard', 'sync_mesages', '--credential', 'pc_a', ...option];
    expect(await runInProcess(wrong, refused)).toMatchObject({ code: 2, sent: [] });
    expect(existsSync(file)).toBe(false);
  });

  it('does not exist for gmail, and --secret-file is refused there', async () => {
    const gmail = ['webhooks', 'create', 'gmail', 'sync_messages', '--match', 'username'];
    const answer = () => reply(201, { data: { ...ENDPOINT, provider: 'gmail', secret: null } });
    expect(await runInProcess(gmail, answer)).toMatchObject({ code: 0 });
    const file = newFile();
    expect(await runInProcess([...gmail, '--secret-file', file], answer)).toMatchObject({ code: 2, sent: [] });
    expect(existsSync(file)).toBe(false);
  });
});
