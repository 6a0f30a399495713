import { expect, test } from 'vitest';
import { selfSignedCertificate } from '../../../local/imap/certificate.ts';
import { demoAccount, startDemoServer } from '../../../local/imap/demo-account.ts';
import { connected } from './client.ts';

test('a client sees the folders and messages of the demo account', async () => {
  const server = await startDemoServer();
  const client = await connected(server, { user: server.username, pass: server.password });
  const listed = await client.list({ statusQuery: { messages: true } });
  const specialUses = listed.map(({ specialUse }) => specialUse).filter((use) => use !== undefined);
  expect(specialUses.sort()).toEqual(['\\Archive', '\\Drafts', '\\Inbox', '\\Junk', '\\Sent', '\\Trash']);
  expect(listed.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['Reisen/日本', 'Projects/Übersee', 'Archive/2025']),
  );
  expect(listed.find(({ path }) => path === 'Projects')?.flags).toContain('\\Noselect');
  const ids = new Set<string | undefined>();
  let messages = 0;
  for (const { path, status } of listed.filter(({ flags }) => !flags.has('\\Noselect'))) {
    await client.mailboxOpen(path);
    const rows = await client.fetchAll('1:*', { envelope: true, flags: true });
    expect(rows, path).toHaveLength(status?.messages ?? -1);
    messages += rows.length;
    for (const { envelope } of rows) {
      ids.add(envelope?.messageId);
      expect(envelope?.subject).toMatch(/\S/);
      expect(envelope?.from?.[0]?.address).toMatch(/@/);
      const date = new Date(envelope?.date ?? 0).getTime();
      expect(date).toBeLessThan(Date.UTC(2026, 10, 1, 8));
      expect(date).toBeGreaterThanOrEqual(Date.UTC(2024, 10, 1, 8));
    }
  }
  expect(messages).toBeGreaterThan(300);
  expect(ids.size).toBe(messages);
  await client.logout();
  await server.close();
});

test('the demo account is the same at each start', () => {
  const written = () =>
    demoAccount().mailboxes.map(({ path, uidValidity, uidNext, messages }) => ({
      path,
      uidValidity,
      uidNext,
      messages,
    }));
  expect(written()).toEqual(written());
});

test('the demo account has a different UIDVALIDITY per folder, and flagged, answered and unseen messages', () => {
  const { mailboxes } = demoAccount();
  expect(new Set(mailboxes.map(({ uidValidity }) => uidValidity)).size).toBe(mailboxes.length);
  const inbox = mailboxes.find(({ path }) => path === 'INBOX')?.messages ?? [];
  for (const flag of ['\\Seen', '\\Flagged', '\\Answered']) {
    const flagged = inbox.filter(({ flags }) => flags.includes(flag)).length;
    expect(flagged).toBeGreaterThan(3);
    expect(flagged).toBeLessThan(inbox.length);
  }
});

test('a restarted server with the same certificate and port looks the same to its clients', async () => {
  const certificate = selfSignedCertificate({ hosts: ['localhost', '127.0.0.1'] });
  const first = await startDemoServer({ certificate });
  await first.close();
  const second = await startDemoServer({ certificate, port: first.port });
  expect([second.port, second.caPem]).toEqual([first.port, first.caPem]);
  const client = await connected({ ...first }, { user: first.username, pass: first.password });
  await client.logout();
  await second.close();
});
