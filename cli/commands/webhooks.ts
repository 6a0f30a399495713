import type { Command } from 'commander';
import { type Application, group } from '../command-line/application.ts';
import { flag, list, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { json, oneOf, timeOrAge, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
import { FollowedWorkFailed, UsageError } from '../errors.ts';
import { DELETED_FIELDS, ENDPOINT_FIELDS } from '../output/field-names.ts';
import { ACTIONS, DELIVERY_REASONS, PROVIDERS } from '../vocabulary.ts';
import { secretDelivery, withoutSecret } from './webhook-secret.ts';
import { DELIVERY_COLUMNS, dayLines, ENDPOINT_COLUMNS, endpointLines } from './webhook-views.ts';

const MATCHES = ['external_ref', 'username'] as const;

export function webhooks(program: Command, app: Application): void {
  const parent = group(program, 'webhooks', 'addresses where providers send their events');
  const listing = parent.command('list').description('list the endpoints');
  const paged = pages(listing);
  app.does(listing, async ({ client, out, account }) => {
    const found = client.webhookEndpoints.list.each({ account_id: await account(), limit: paged.pageSize() });
    await paged.print(out, found, ENDPOINT_COLUMNS, 'No endpoint.');
  });
  const get = parent.command('get').description('show one endpoint').argument('<id>', 'whk_…');
  app.does(get, async ({ client, out }, [webhook_endpoint_id = '']) => {
    const { data } = await client.webhookEndpoints.get({ webhook_endpoint_id });
    out.thing(data, [...endpointLines(data), ...dayLines(data)]);
  });
  create(parent, app);
  update(parent, app);
  rotate(parent, app);
  test(parent, app);
  deliveries(parent, app);
  deletion(parent, app);
}

function target(command: Command): () => { credential_id: string } | { match: (typeof MATCHES)[number] } | undefined {
  const credential = value(command, '--credential <id>', 'events are about this mailbox, pc_…', words);
  const match = value(command, '--match <field>', 'events name the mailbox: external_ref or username', oneOf(MATCHES));
  return () => {
    const [credential_id, field] = [credential(), match()];
    if (credential_id !== undefined && field !== undefined)
      throw new UsageError('Give either --credential or --match.');
    if (credential_id !== undefined) return { credential_id };
    return field === undefined ? undefined : { match: field };
  };
}

function create(parent: Command, app: Application): void {
  const command = parent
    .command('create')
    .description('create an endpoint')
    .argument('<provider>', PROVIDERS.join(', '))
    .argument('<action>', 'what events make, like sync_messages');
  const about = target(command);
  const payload = value(command, '--payload <json>', 'of the jobs: JSON, or @file', json);
  const types = list(command, '--event-type <type>', 'only such events; may be repeated', words);
  const settings = value(command, '--settings <json>', 'what the provider needs: JSON, or @file', json);
  const label = value(command, '--label <text>', 'a name for people', words);
  const silent = value(command, '--silent-after <time>', 'report it when no event came for so long, like 6h', words);
  const delivery = secretDelivery(command);
  app.does(
    command,
    async ({ client, out, account }, [provider = '', action = '']) => {
      const mailbox = about();
      if (mailbox === undefined) throw new UsageError('Name the mailbox with --credential or --match.');
      const named = oneOf(PROVIDERS)(provider);
      const body = {
        provider: named,
        target: mailbox,
        action: oneOf(ACTIONS, 'imap_')(action),
        payload: payload(),
        event_types: types(),
        settings: settings(),
        label: label(),
        silent_after: silent(),
        secret: await delivery.given(named),
      };
      const account_id = await account();
      const data = await delivery.send(() => client.webhookEndpoints.create({ account_id, body }));
      out.thing(withoutSecret(data), endpointLines(data));
    },
    ENDPOINT_FIELDS,
  );
}

function update(parent: Command, app: Application): void {
  const command = parent.command('update').description('change an endpoint').argument('<id>', 'whk_…');
  const about = target(command);
  const action = value(command, '--action <action>', 'like sync_messages', oneOf(ACTIONS, 'imap_'));
  const payload = value(command, '--payload <json>', 'of the jobs: JSON, or @file', json);
  const types = list(command, '--event-type <type>', 'only such events; may be repeated', words);
  const label = value(command, '--label <text>', 'a name for people', words);
  const silent = value(command, '--silent-after <time>', 'report it when no event came for so long', words);
  const enable = flag(command, '--enable', 'let events make jobs again');
  const disable = flag(command, '--disable', 'let events make no jobs');
  app.does(
    command,
    async ({ client, out }, [webhook_endpoint_id = '']) => {
      if (enable() && disable()) throw new UsageError('Give either --enable or --disable.');
      const body = {
        target: about(),
        action: action(),
        payload: payload(),
        event_types: types(),
        label: label(),
        silent_after: silent(),
        enabled: enable() ? true : disable() ? false : undefined,
      };
      const { data } = await client.webhookEndpoints.update({ webhook_endpoint_id, body });
      out.thing(data, endpointLines(data));
    },
    ENDPOINT_FIELDS,
  );
}

function rotate(parent: Command, app: Application): void {
  const command = parent.command('rotate').description('replace the secret').argument('<id>', 'whk_…');
  const delivery = secretDelivery(command);
  const yes = flag(command, '--yes', 'do not ask');
  app.does(
    command,
    async ({ client, out }, [webhook_endpoint_id = '']) => {
      const secret = await delivery.given(null);
      await requireConsent({ what: `Replace the secret of ${webhook_endpoint_id}`, isAgreed: yes() });
      const body = { secret };
      const data = await delivery.send(() => client.webhookEndpoints.rotate({ webhook_endpoint_id, body }));
      out.thing(withoutSecret(data), endpointLines(data));
    },
    ENDPOINT_FIELDS,
  );
}

function test(parent: Command, app: Application): void {
  const command = parent.command('test').description('send a signed sample to the endpoint').argument('<id>', 'whk_…');
  const subject = value(command, '--subject <name>', 'the mailbox that the sample names, for --match', words);
  app.does(
    command,
    async ({ client, out }, [webhook_endpoint_id = '']) => {
      const { data } = await client.webhookEndpoints.test({ webhook_endpoint_id, body: { subject: subject() } });
      out.thing(data, [
        ['test', data.ok ? 'ok' : 'failed', data.ok ? 'green' : 'red'],
        ['status', data.status],
        ['delivery', data.delivery_id],
      ]);
      if (!data.ok) throw new FollowedWorkFailed('The sample was not taken');
    },
    ['ok', 'status', 'delivery_id'],
  );
}

function deliveries(parent: Command, app: Application): void {
  const command = parent.command('deliveries').description('list what came to an endpoint').argument('<id>', 'whk_…');
  const verified = flag(command, '--verified', 'only those with a valid signature');
  const unverified = flag(command, '--unverified', 'only those without a valid signature');
  const reason = list(command, '--reason <reason>', 'why it made no job, like bad_signature', oneOf(DELIVERY_REASONS));
  const since = value(command, '--since <time>', 'received after: 24h, or an instant', timeOrAge);
  const paged = pages(command);
  app.does(command, async ({ client, out }, [webhook_endpoint_id = '']) => {
    if (verified() && unverified()) throw new UsageError('Give either --verified or --unverified.');
    const found = client.webhookEndpoints.deliveries.each({
      webhook_endpoint_id,
      limit: paged.pageSize(),
      verified: verified() || unverified() ? verified() : undefined,
      reason: reason(),
      since: since(),
    });
    await paged.print(out, found, DELIVERY_COLUMNS, 'No delivery.');
  });
}

function deletion(parent: Command, app: Application): void {
  const command = parent.command('delete').description('delete an endpoint').argument('<id>', 'whk_…');
  const reason = value(command, '--reason <text>', 'why; it is kept in the audit', words);
  const yes = flag(command, '--yes', 'do not ask');
  app.does(
    command,
    async ({ client, out }, [webhook_endpoint_id = '']) => {
      await requireConsent({ what: `Delete the endpoint ${webhook_endpoint_id}`, isAgreed: yes(), deletions: 1 });
      const why = reason();
      await client.webhookEndpoints.delete({ webhook_endpoint_id, ...(why === undefined ? {} : { reason: why }) });
      out.thing({ id: webhook_endpoint_id, deleted: true }, [['deleted', webhook_endpoint_id]]);
    },
    DELETED_FIELDS,
  );
}
