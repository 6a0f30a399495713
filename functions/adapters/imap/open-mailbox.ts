/**
 * SELECT and STATUS of one mailbox. The library sends LIST before each SELECT and after each refusal, and takes an
 * unreadable line as proof that the mailbox does not exist. Here LIST is sent only after a refusal without a reason.
 */
import type { MailboxObject, StatusObject } from 'imapflow';
import { parseStatusList } from 'imapflow/lib/commands/status-fields.js';
import { evidenceOf } from './evidence.ts';
import { atom, execute, runCommand } from './execute.ts';
import type { Line } from './line.ts';
import { isListed } from './list-mailboxes.ts';
import { problem } from './problem.ts';

/** Codes that give the reason (RFC 5530), so that LIST is not needed. */
const REASONS =
  /^(NONEXISTENT|TRYCREATE|NOPERM|CANNOT|UNAVAILABLE|INUSE|SERVERBUG|CLIENTBUG|CORRUPTION|LIMIT|THROTTLED|OVERQUOTA|(AUTHENTICATION|AUTHORIZATION)FAILED|EXPIRED|CONTACTADMIN|PRIVACYREQUIRED)$/;

export async function openMailbox(line: Line, name: string, readOnly: boolean): Promise<MailboxObject> {
  const { client } = line;
  // Data for which the library would otherwise send LIST.
  const folders: unknown = Reflect.get(client, 'folders');
  if (folders instanceof Map) folders.set(name, {});
  await explained(line, name, () => runCommand(client, 'SELECT', name, { readOnly }));
  if (client.mailbox === false) throw line.observer.refusal ?? problem('NoConnection');
  return client.mailbox;
}

export type StatusQuery = {
  readonly messages?: boolean;
  readonly uidNext?: boolean;
  readonly uidValidity?: boolean;
  readonly highestModseq?: boolean;
};

export async function askStatus(line: Line, name: string, query: StatusQuery): Promise<StatusObject> {
  if (name === '' || name.includes('\0')) throw problem('InvalidStringValue');
  const items = Object.entries(query).flatMap(([item, wanted]) => (wanted ? [atom(item.toUpperCase())] : []));
  const status: StatusObject = { path: name };
  await explained(line, name, () =>
    execute(line.client, 'STATUS', [{ type: 'STRING', value: name }, items], {
      STATUS: ({ attributes }) => {
        const list = attributes?.[1];
        if (Array.isArray(list)) parseStatusList(list, (key, value) => Object.assign(status, { [key]: value }));
      },
    }),
  );
  return status;
}

/** A bare NO can mean anything: LIST shows whether the mailbox is missing. */
async function explained(line: Line, name: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { status, responseCode, code } = evidenceOf(error);
    const isBare = status === 'NO' && code !== 'ETHROTTLE' && !REASONS.test(responseCode);
    if (!isBare || (await isListed(line, name)) !== false) throw error;
    throw Object.assign(Object(error), { mailboxMissing: true });
  }
}
