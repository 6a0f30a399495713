import type { Command } from 'commander';
import { type Application, group } from '../command-line/application.ts';
import { flag, list, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { fileContent, futureTime, oneOf, whole, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
import { FollowedWorkFailed, UsageError } from '../errors.ts';
import { CREDENTIAL_FIELDS, CREDENTIAL_TEST_FIELDS, DELETED_FIELDS } from '../output/field-names.ts';
import { CODES } from '../vocabulary.ts';
import { secretOptions } from './credential-secret.ts';
import { CREDENTIAL_COLUMNS, credentialLines, testLines } from './credential-views.ts';

const STATUSES = ['unverified', 'valid', 'suspect', 'parked', 'paused'] as const;
const SECURITY = ['ssl_tls', 'starttls', 'none'] as const;
const AUTH_KINDS = ['password', 'oauth2'] as const;

export function credentials(program: Command, app: Application): void {
  const parent = group(program, 'credentials', 'mailboxes, and how to sign in to them');
  listing(parent, app);
  const get = parent.command('get').description('show one credential').argument('<id>', 'pc_…');
  app.does(get, async ({ client, out }, [credential_id = '']) => {
    const { data } = await client.credentials.get({ credential_id });
    out.thing(data, credentialLines(data));
  });
  add(parent, app);
  test(parent, app);
  rotate(parent, app);
  update(parent, app);
  pauses(parent, app);
  deletion(parent, app);
}

function listing(parent: Command, app: Application): void {
  const command = parent.command('list').description('list credentials, the newest first');
  const status = list(command, '--status <status>', STATUSES.join(', '), oneOf(STATUSES));
  const code = list(command, '--code <code>', 'why it is parked', oneOf(CODES));
  const host = list(command, '--host <host>', 'mail server', words);
  const q = value(command, '-q <words>', 'words to search for', words);
  const paged = pages(command);
  app.does(command, async ({ client, out, account }) => {
    const filter = { status: status(), status_reason: code(), host: host(), q: q() };
    const found = client.credentials.search.each({
      account_id: await account(),
      body: { filter, limit: paged.pageSize() },
    });
    await paged.print(out, found, CREDENTIAL_COLUMNS, 'No credential matches.');
  });
}

function add(parent: Command, app: Application): void {
  const command = parent.command('add').description('add a mailbox').argument('<host>', 'the mail server');
  const port = value(command, '--port <n>', 'default 993, with starttls 143', whole(1, 65_535));
  const security = value(command, '--security <mode>', 'ssl_tls (default), starttls or none', oneOf(SECURITY));
  const auth = value(command, '--auth <kind>', 'password (default) or oauth2', oneOf(AUTH_KINDS));
  const ca = value(command, '--ca-file <file>', 'certificates to trust, as PEM', fileContent);
  const label = value(command, '--label <text>', 'a name for people', words);
  const reference = value(command, '--external-ref <text>', 'its id in your system', words);
  const connections = value(command, '--max-connections <n>', 'how many at the same time', whole(1, 100));
  const check = flag(command, '--test', 'only sign in with it, and store nothing');
  const secret = secretOptions(command);
  app.does(
    command,
    async ({ client, out, account }, [host = '']) => {
      const mode = security() ?? 'ssl_tls';
      const body = {
        provider_kind: 'imap' as const,
        host,
        port: port() ?? (mode === 'ssl_tls' ? 993 : 143),
        security_mode: mode,
        tls_ca_pem: ca(),
        label: label(),
        external_ref: reference(),
        max_connections: connections(),
        auth_kind: auth() ?? 'password',
        secret: await secret(auth() === 'oauth2'),
      };
      const account_id = await account();
      if (check()) {
        const { data: outcome } = await client.credentials.testNew({ account_id, body });
        out.thing(outcome, testLines(outcome));
        if (!outcome.ok) throw new FollowedWorkFailed(`The test failed (${outcome.code})`);
        return;
      }
      const { data } = await client.credentials.create({ account_id, body });
      out.thing(data, credentialLines(data));
      out.note(`Test it with: inboxctl credentials test ${data.id}`);
    },
    () => (check() ? CREDENTIAL_TEST_FIELDS : CREDENTIAL_FIELDS),
  );
}

function test(parent: Command, app: Application): void {
  const command = parent.command('test').description('sign in to the mailbox now').argument('<id>', 'pc_…');
  app.does(
    command,
    async ({ client, out }, [credential_id = '']) => {
      const { data } = await client.credentials.test({ credential_id });
      out.thing(data, testLines(data));
      if (!data.ok) throw new FollowedWorkFailed(`The test failed (${data.code})`);
    },
    CREDENTIAL_TEST_FIELDS,
  );
}

function rotate(parent: Command, app: Application): void {
  const command = parent.command('rotate').description('replace the secret').argument('<id>', 'pc_…');
  const secret = secretOptions(command);
  app.does(
    command,
    async ({ client, out }, [credential_id = '']) => {
      const { data: before } = await client.credentials.get({ credential_id });
      const body = { secret: await secret(before.auth_kind === 'oauth2') };
      const { data } = await client.credentials.rotate({ credential_id, body });
      out.thing(data, credentialLines(data));
      out.note(`Test it with: inboxctl credentials test ${credential_id}`);
    },
    CREDENTIAL_FIELDS,
  );
}

function update(parent: Command, app: Application): void {
  const command = parent.command('update').description('change the connection or the names').argument('<id>', 'pc_…');
  const host = value(command, '--host <host>', 'the new mail server; the secret is asked for again', words);
  const port = value(command, '--port <n>', 'from 1 to 65535', whole(1, 65_535));
  const security = value(command, '--security <mode>', SECURITY.join(', '), oneOf(SECURITY));
  const ca = value(command, '--ca-file <file>', 'certificates to trust, as PEM', fileContent);
  const label = value(command, '--label <text>', 'a name for people', words);
  const reference = value(command, '--external-ref <text>', 'its id in your system', words);
  const connections = value(command, '--max-connections <n>', 'how many at the same time', whole(1, 100));
  const secret = secretOptions(command);
  app.does(
    command,
    async ({ client, out }, [credential_id = '']) => {
      const changes = {
        host: host(),
        port: port(),
        security_mode: security(),
        tls_ca_pem: ca(),
        label: label(),
        external_ref: reference(),
        max_connections: connections(),
      };
      if (Object.values(changes).every((each) => each === undefined))
        throw new UsageError('Nothing to change is named.');
      const needsSecret = [changes.host, changes.port, changes.security_mode, changes.tls_ca_pem].some(
        (each) => each !== undefined,
      );
      const { data: before } = await client.credentials.get({ credential_id });
      // A stored secret is never sent to a new server, so a new server needs the secret again.
      const body = needsSecret ? { ...changes, secret: await secret(before.auth_kind === 'oauth2') } : changes;
      const { data } = await client.credentials.update({ credential_id, body });
      out.thing(data, credentialLines(data));
    },
    CREDENTIAL_FIELDS,
  );
}

function pauses(parent: Command, app: Application): void {
  const pause = parent.command('pause').description('start no jobs of this mailbox').argument('<id>', 'pc_…');
  const until = value(pause, '--until <time>', 'in 2h, or an instant', futureTime);
  const why = value(pause, '--reason <text>', 'why; it is kept in the audit', words);
  app.does(
    pause,
    async ({ client, out }, [credential_id = '']) => {
      const { data } = await client.credentials.pause({ credential_id, body: { reason: why(), until: until() } });
      out.thing(data, credentialLines(data));
    },
    CREDENTIAL_FIELDS,
  );
  const resume = parent.command('resume').description('start its jobs again').argument('<id>', 'pc_…');
  const reason = value(resume, '--reason <text>', 'why; it is kept in the audit', words);
  app.does(
    resume,
    async ({ client, out }, [credential_id = '']) => {
      const { data } = await client.credentials.resume({ credential_id, body: { reason: reason() } });
      out.thing(data, credentialLines(data));
    },
    CREDENTIAL_FIELDS,
  );
}

function deletion(parent: Command, app: Application): void {
  const command = parent.command('delete').description('forget a mailbox and its secret').argument('<id>', 'pc_…');
  const reason = value(command, '--reason <text>', 'why; it is kept in the audit', words);
  const force = flag(command, '--force', 'also if jobs, tasks or endpoints use it');
  const yes = flag(command, '--yes', 'do not ask');
  app.does(
    command,
    async ({ client, out }, [credential_id = '']) => {
      await requireConsent({ what: `Delete the credential ${credential_id}`, isAgreed: yes(), deletions: 1 });
      const why = reason();
      await client.credentials.delete({
        credential_id,
        ...(why === undefined ? {} : { reason: why }),
        ...(force() ? { force: true } : {}),
      });
      out.thing({ id: credential_id, deleted: true }, [['deleted', credential_id]]);
    },
    DELETED_FIELDS,
  );
}
