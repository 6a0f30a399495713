/**
 * Follows README and guides against the embedded stack, as a reader does who pastes each block into an interactive
 * shell. Interactive shells differ from scripts: zsh knows no comments there, and both have a history.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { banner } from '../../local/banner.ts';
import { DEMO_ACCOUNT, startDemo, startDemoMail } from '../../local/demo.ts';
import { type DemoServer, demoPassword } from '../../local/imap/demo-account.ts';
import { owner } from '../../local/imap/demo-messages.ts';
import type { Stack } from '../../local/stack.ts';
import { apiOf, startTestStack } from '../fixtures/api.ts';
import { lackOf } from '../fixtures/programs.ts';
import { GUIDES, runnable } from './code-blocks.ts';
import { paste, SHELLS } from './interactive-shell.ts';

/** The output of each block, by guide. A guide without commands has no entry. */
const EXPECTED: Readonly<Record<string, readonly (readonly RegExp[])[]>> = {
  'README.md': [[/"status": "(queued|running|succeeded)"/, / JobRequested\n/, /"folder": ".+",\n *"subject": "/]],
  'docs/first-steps.md': [
    [],
    [/"username_masked": "d…o@example.test"/, /"ok": false,\n *"code": "tls_error"/],
    [/"ok": true/],
    [/"status": "succeeded",/, /"path": "INBOX",\n *"synced_messages": [1-9]/, /"id": "eml_/],
    [/"status": "succeeded",(.|\n)*"moved": 1/],
    [/"id": "(eml_\w+)",\n *"former": "(?!\1)eml_\w+",\n *"folder": "Archive"/],
  ],
  'docs/recovery.md': [
    [/"key": "pc_/, /"status": "failed",\n *"action": "imap_sync_mailboxes"/],
    [/"type":"AttemptFailed"/, /"next_step": "/],
    [/"status": "/, /"ok": true/, /true\n$/],
    [/"matched": 0/, /"status": "completed"/, /"data": \[\]/],
    [/"action":"bulk_requested","reason":"the outage is over"/],
  ],
  'docs/schedules.md': [[/"every": "5m"/, /T0[78]:/, /204\n$/]],
  'docs/webhooks.md': [
    [/"ok": true,\n *"status": 202/],
    [/^202\n$/],
    [/"verified": true,\n *"job_id": "job_/],
    [/"access_token"|"token"/],
  ],
};

/** The values that a reader fills in for a mailbox; here those of the demo. */
const withOwnMailbox = (text: string, port: number): string =>
  text
    .replace('IMAP_HOST=imap.example.com', 'IMAP_HOST=localhost')
    .replace('IMAP_PORT=993', `IMAP_PORT=${port}`)
    .replace('IMAP_USER=you@example.com', `IMAP_USER=${owner.address}`)
    .replace("IMAP_PASSWORD='your password'", `IMAP_PASSWORD='${demoPassword}'`);

it('each guide that has commands is followed', () => {
  expect(GUIDES.filter((file) => runnable(file).length > 0)).toEqual(Object.keys(EXPECTED));
  for (const [file, blocks] of Object.entries(EXPECTED)) expect(runnable(file), file).toHaveLength(blocks.length);
});

describe.each(SHELLS)('pasted into %s', (shell) => {
  const lack = lackOf(shell, 'curl', 'jq', 'openssl');
  let folder: string;
  let stack: Stack;
  let mail: DemoServer;
  let variables: string;
  let port: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'guides-'));
    stack = await startTestStack();
    mail = await startDemoMail(stack);
    const demo = await startDemo(stack, mail);
    const token = await stack.token({ accounts: [DEMO_ACCOUNT], role: 'owner', uid: 'demo' });
    const printed = banner(stack.url, token, demo, 1).split('\n');
    const api = await apiOf(stack, DEMO_ACCOUNT);
    port = (await api.get(`/api/provider-credentials/${demo.credentialId}`)).body.data.port;
    variables = printed.filter((line) => /^[A-Z]+=/.test(line)).join('\n');
  });
  afterAll(async () => {
    await mail?.close();
    await stack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(lack).each(Object.entries(EXPECTED))(`%s does what it says${lack}`, async (file, expected) => {
    const blocks = runnable(file).map(({ text }) => withOwnMailbox(text, port));
    const { printed, complaints } = await paste(shell, folder, [variables, ...blocks]);
    expect(complaints).toBe('');
    expect(printed).toHaveLength(blocks.length + 1);
    for (const [at, patterns] of expected.entries()) {
      const answer = printed[at + 1];
      for (const pattern of patterns) expect(answer, `${file}, block ${at + 1}`).toMatch(pattern);
      expect(answer).not.toMatch(/urn:inbox-manager:problem/);
    }
  });
});
