/** A server may use another delimiter in each of its namespaces (RFC 2342 section 5). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import { createMailbox } from '../../../local/imap/server.ts';
import { account, commandsOf, edited, imapServer, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const dotted = edited((line) => [line.replace(/^(\* LIST \([^)]*\)) "\/" ("?INBOX.*)$/, '$1 "." $2')]);

async function start(...more: readonly string[]) {
  const paths = ['INBOX', 'INBOX.Work', 'shared/team', ...more];
  const server = await imapServer({
    ...account(...paths.map((path) => createMailbox({ path }))),
    script: ({ name }) => (name === 'LIST' ? dotted : { kind: 'normal' }),
  });
  const world = await actionWorld(engine, settingsFor(server));
  return {
    attempt: (name: ActionName, payload: object) => world.job(name, { ...payload }).attempt(),
    changes: () => commandsOf(server).filter((command) => /^(CREATE|RENAME|DELETE)/.test(command)),
  };
}

const team = { folder: 'shared/team', uid_validity: 1 };

it('a mailbox of a namespace with its own delimiter is not deleted while it has children', async () => {
  const { attempt, changes } = await start('shared/team/plans');
  expect(codeOf(await attempt('imap_delete_mailbox', team))).toBe('mailbox_has_children');
  expect(changes()).toEqual([]);
});

it('a mailbox is deleted although another name begins with its name', async () => {
  const { attempt } = await start('shared/team.old');
  expect(codeOf(await attempt('imap_delete_mailbox', team))).toBe('succeeded');
});

it('a mailbox is renamed under the same parent, and its children are counted', async () => {
  const { attempt, changes } = await start('shared/team/plans', 'shared/team.old');
  expect(succeeded(await attempt('imap_rename_mailbox', { ...team, name: 'crew' }))).toMatchObject({
    path: 'shared/crew',
    children: 1,
  });
  expect(changes()).toEqual(['RENAME shared/team shared/crew']);
});

it('a mailbox is created below its parent, and its name must not contain the delimiter there', async () => {
  const { attempt, changes } = await start();
  expect(codeOf(await attempt('imap_create_mailbox', { name: 'a/b', parent: 'shared/team' }))).toBe('invalid_payload');
  expect(succeeded(await attempt('imap_create_mailbox', { name: 'a.b', parent: 'shared/team' }))).toMatchObject({
    path: 'shared/team/a.b',
  });
  expect(codeOf(await attempt('imap_create_mailbox', { name: 'a.b', parent: null }))).toBe('invalid_payload');
  expect(changes()).toEqual(['CREATE shared/team/a.b']);
});

it('a mailbox at the top does not become a child through its new name', async () => {
  const { attempt, changes } = await start('Top');
  const rename = (name: string) => attempt('imap_rename_mailbox', { folder: 'Top', uid_validity: 1, name });
  expect(codeOf(await rename('shared/team/mine'))).toBe('invalid_payload');
  expect(codeOf(await rename('Other'))).toBe('succeeded');
  expect(changes()).toEqual(['RENAME Top Other']);
});
