import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import type { Application } from '../command-line/application.ts';
import { flag, value } from '../command-line/options.ts';
import { pages } from '../command-line/pages.ts';
import { futureTime, oneOf, words } from '../command-line/values.ts';
import { UsageError } from '../errors.ts';
import { count } from '../output/ages.ts';
import { MUTE_FIELDS } from '../output/field-names.ts';
import type { Session } from '../session.ts';
import { groupIdOf } from './failure-group-names.ts';
import { groupColumns, groupLines, mutedLines } from './failure-group-views.ts';

type Coverage = Schemas['Coverage'];

const SORTS = { count: '-count', last: '-last_at' } as const;
const NAMES = ['count', 'last'] as const;

/** `inboxctl failures groups` and the commands on one group. */
export function failureGroups(parent: Command, app: Application): void {
  list(parent, app);

  const one = named(parent, 'group', 'show a group, also a muted one or one without jobs');
  app.does(one, async (session, named) => {
    const failure_group_id = await groupIdOf(session, named);
    const { data } = await session.client.failureGroups.get({ failure_group_id });
    session.out.thing(data, groupLines(data));
  });

  const mute = named(parent, 'mute', 'mute a group, so that it does not ask for attention');
  const until = value(mute, '--until <time>', 'in 2h, or an instant; a failure after that time ends it', futureTime);
  const why = value(mute, '--note <text>', 'why; it is shown with the group and in the audit', words);
  app.does(
    mute,
    async (session, named) => {
      const failure_group_id = await groupIdOf(session, named);
      const body = { until: until(), note: why() };
      const { data } = await session.client.failureGroups.mute({ failure_group_id, body });
      session.out.thing(data, mutedLines(data));
    },
    MUTE_FIELDS,
  );

  const unmute = named(parent, 'unmute', 'let a muted group ask for attention again');
  const note = value(unmute, '--note <text>', 'why; it is shown with the group and in the audit', words);
  app.does(
    unmute,
    async (session, named) => {
      const failure_group_id = await groupIdOf(session, named);
      const { data } = await session.client.failureGroups.unmute({ failure_group_id, body: { note: note() } });
      session.out.thing(data, mutedLines(data));
    },
    MUTE_FIELDS,
  );
}

/** A command on one group. */
const named = (parent: Command, name: string, description: string): Command =>
  parent
    .command(name)
    .description(description)
    .argument('<group>', 'fgr_…, or the code')
    .argument('[host]', 'with a code: the mail server, as in the list');

function list(parent: Command, app: Application): void {
  const command = parent.command('groups').description('group failed and retrying jobs by code and mail server');
  const by = value(command, '--by <what>', 'action: a line for each action of a group', oneOf(['action']));
  const sort = value(command, '--sort <by>', 'count (default), or last: the last failure', oneOf(NAMES));
  const muted = flag(command, '--muted', 'only muted groups');
  const unmuted = flag(command, '--unmuted', 'only groups that ask for attention');
  const paged = pages(command);
  app.does(command, async (session) => {
    if (muted() && unmuted()) throw new UsageError('Give either --muted or --unmuted.');
    const only = muted() || unmuted();
    const query = {
      account_id: await session.account(),
      limit: paged.pageSize(),
      sort: SORTS[sort() ?? 'count'],
      ...(by() === undefined ? {} : { by: 'action' as const }),
      ...(only ? { muted: muted() } : {}),
    };
    const seen: Coverage[] = [];
    let hasMore = false;
    const found = read(session, query, ({ data, coverage }) => {
      seen.push(coverage);
      hasMore ||= data.some(({ credentials }) => credentials.more);
    });
    await paged.print(session.out, found, groupColumns(by() !== undefined), 'No group has failed or retrying jobs.');
    if (hasMore) session.out.note('CREDS: 3+ means at least 3.');
    const partial = seen.find(({ complete }) => !complete);
    if (partial !== undefined) session.out.note(coverageNote(partial));
  });
}

type Query = Parameters<Session['client']['failureGroups']['list']>[0];
type Page = { readonly data: readonly Schemas['FailureGroup'][]; readonly coverage: Coverage };

/** The groups of all pages. `onPage` is called with each page before its groups are returned. */
async function* read(
  { client }: Session,
  query: Query,
  onPage: (page: Page) => void,
): AsyncGenerator<Schemas['FailureGroup'], void> {
  for (let cursor: string | null = null; ; ) {
    const reply: Awaited<ReturnType<typeof client.failureGroups.list>> = await client.failureGroups.list({
      ...query,
      ...(cursor === null ? {} : { cursor }),
    });
    onPage(reply);
    yield* reply.data;
    cursor = reply.page.next_cursor;
    if (cursor === null) return;
  }
}

const coverageNote = ({ examined }: Coverage): string =>
  `CREDS and LAST come from the ${count(examined)} newest failed and retrying jobs, and at most 1,000 groups are listed. FAILED and RETRYING count all jobs of a group.`;
