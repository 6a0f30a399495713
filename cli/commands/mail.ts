import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import { type Application, group } from '../command-line/application.ts';
import { flag, list, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { oneOf, timeOrAge, words } from '../command-line/values.ts';
import { age, count } from '../output/ages.ts';
import type { Line } from '../output/output.ts';
import type { Column } from '../output/table.ts';
import { CODES } from '../vocabulary.ts';
import { period } from './job-filters.ts';

type Mailbox = Schemas['Mailbox'];
type Email = Schemas['Email'];

const FOLDER_COLUMNS: readonly Column<Mailbox>[] = [
  { title: 'FOLDER', value: ({ path }) => path, least: 10 },
  { title: 'CREDENTIAL', value: ({ credential_id: id }) => id },
  { title: 'MESSAGES', value: ({ messages }) => (messages === null ? null : count(messages)) },
  { title: 'SYNCED', value: ({ synced_at: at }) => age(at) },
  { title: 'ERROR', value: ({ last_error: error }) => error?.code ?? null, least: 8 },
];

const EMAIL_COLUMNS: readonly Column<Email>[] = [
  { title: 'EMAIL', value: ({ id }) => id },
  { title: 'DATE', value: ({ internal_date: at }) => at?.slice(0, 10) ?? null },
  { title: 'FROM', value: ({ from }) => addresses(from), least: 8 },
  { title: 'SUBJECT', value: ({ subject }) => subject, least: 10 },
];

function addresses(all: Email['from']): string {
  return all.map(({ name, address }) => name ?? address ?? '').join(', ');
}

export function mail(program: Command, app: Application): void {
  const parent = group(program, 'mail', 'folders and messages, as the last sync found them');
  folders(parent, app);
  listing(parent, app);
  const get = parent.command('get').description('show one message, without its content').argument('<id>', 'eml_…');
  app.does(get, async ({ client, out }, [email_id = '']) => {
    const { data } = await client.mail.email({ email_id });
    out.thing(data, lines(data));
  });
}

function lines(email: Email): Line[] {
  return [
    ['email', email.id],
    ['subject', email.subject],
    ['from', addresses(email.from)],
    ['to', addresses(email.to)],
    ['cc', addresses(email.cc)],
    ['date', email.date],
    ['received', email.internal_date],
    ['folder', email.folder],
    ['uid', email.uid],
    ['flags', email.flags.join(' ')],
    ['size', email.size === null ? null : count(email.size)],
    ['message id', email.message_id],
    ['credential', email.credential_id],
  ];
}

function folders(parent: Command, app: Application): void {
  const command = parent.command('folders').description('list the folders');
  const credential = value(command, '--credential <id>', 'pc_…', words);
  const inError = flag(command, '--in-error', 'only those whose sync failed');
  const code = list(command, '--code <code>', 'only those with this error', oneOf(CODES));
  const paged = pages(command);
  app.does(command, async ({ client, out, account }) => {
    const found = client.mail.mailboxes.each({
      account_id: await account(),
      credential_id: credential(),
      in_error: inError() ? true : undefined,
      last_error_code: code(),
      limit: paged.pageSize(),
    });
    await paged.print(out, found, FOLDER_COLUMNS, 'No folder matches.');
  });
}

function listing(parent: Command, app: Application): void {
  const command = parent.command('list').description('list messages, the newest first');
  const credential = list(command, '--credential <id>', 'pc_…', words);
  const folder = value(command, '--folder <path>', 'only this folder', words);
  const from = value(command, '--from <text>', 'part of the sender', words);
  const subject = value(command, '--subject <text>', 'part of the subject', words);
  const unseen = flag(command, '--unseen', 'only messages that were not read');
  const flagged = flag(command, '--flagged', 'only flagged messages');
  const since = value(command, '--since <time>', 'received after: 24h, or an instant', timeOrAge);
  const until = value(command, '--until <time>', 'received before: 2h, or an instant', timeOrAge);
  const q = value(command, '-q <words>', 'words to search for', words);
  const paged = pages(command);
  app.does(command, async ({ client, out, account }) => {
    const filter = {
      credential_id: credential(),
      folder: folder(),
      from: from(),
      subject: subject(),
      seen: unseen() ? false : undefined,
      flagged: flagged() ? true : undefined,
      internal_date: period(since(), until()),
      q: q(),
    };
    const found = client.mail.searchEmails.each({
      account_id: await account(),
      body: { filter, limit: paged.pageSize() },
    });
    await paged.print(out, found, EMAIL_COLUMNS, 'No message matches.');
  });
}
