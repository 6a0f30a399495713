/**
 * Messages of an account or a credential, newest first: index rows merged with the messages of blocks. The index sorts
 * a block by its newest message. So messages below a time may be in any block that begins above it by at most its
 * partition's span. Those blocks are read first, then, as the page continues, the blocks that begin at the position
 * reached. A message is returned only after every block that could contain a newer one has been read.
 */
import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { MessageRecord } from '../../domain/mail/message.ts';
import type { MailPosition, MailQuery } from '../../ports/mail-store.ts';
import { batchGet } from './batch-get.ts';
import { blockPartitions, fromBlockItem, reachOf } from './mail-blocks.ts';
import { messageKeys, timelineKey } from './mail-items.ts';
import { MAIL } from './tables.ts';

type Keys = { readonly pk: string; readonly sk: string };

export type TimelineEntry = {
  readonly position: MailPosition;
  /** The sort time, ISO-8601. */
  readonly instant: string;
  /** The keys of its row, which may not exist. */
  readonly keys: Keys;
  /** The message in its block; null for a row. */
  readonly packed: MessageRecord | null;
};
type Listed = { readonly key: string; readonly entry: TimelineEntry };
type Indexed = Keys & { readonly sort: string };
type IndexedBlock = Indexed & { readonly newest: string; readonly oldest: string };

export type Timeline = {
  /** At most `limit` entries after `after`. `ended`: there are no more. */
  read(
    after: MailPosition | null,
    limit: number,
  ): Promise<{ readonly entries: readonly TimelineEntry[]; readonly ended: boolean }>;
};

/** Number of blocks in an index page. */
const BLOCKS = 20;
/** Number of blocks read first. It doubles each time they do not fill the page: most pages need one or two blocks. */
const BLOCKS_AHEAD = 2;
const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

const instantOf = (key: string): string => key.split('#', 1)[0] ?? '';
const descending = (one: { readonly key: string }, other: { readonly key: string }): number =>
  one.key < other.key ? 1 : -1;

/** The ISO-8601 time `ms` later, at most the last time that has such a form. */
function later(instant: string, ms: number): string {
  const at = Date.parse(instant) + ms;
  return at < Date.parse(LAST_INSTANT) ? new Date(at).toISOString() : LAST_INSTANT;
}

export function mailTimeline(
  client: DynamoDBDocumentClient,
  table: string,
  { scope, from, before }: Pick<MailQuery, 'scope' | 'from' | 'before'>,
): Timeline {
  const [index, owner] =
    'account' in scope ? [MAIL.accountIndex, scope.account] : [MAIL.credentialIndex, scope.credential];
  /** Pages of one list read the same blocks repeatedly. */
  const opened = new Map<string, readonly Listed[]>();
  const idOf = ({ pk, sk }: Keys): string => `${pk}/${sk}`;

  /** One partition of the index, downwards from a sort key, page by page. `below` is excluded. */
  function descend(key: string, below: string | null, size: number) {
    let start: Record<string, unknown> | undefined;
    let ended = from !== undefined && below !== null && from >= below;
    const bounds =
      from !== undefined && below !== null
        ? ' AND #s BETWEEN :from AND :below'
        : from !== undefined
          ? ' AND #s >= :from'
          : below !== null
            ? ' AND #s < :below'
            : '';
    return {
      ended: () => ended,
      async next(): Promise<readonly Indexed[]> {
        if (ended) return [];
        const answer = await client.send(
          new QueryCommand({
            TableName: table,
            IndexName: index.name,
            KeyConditionExpression: `#p = :p${bounds}`,
            ExpressionAttributeNames: { '#p': index.partitionKey, ...(bounds === '' ? {} : { '#s': index.sortKey }) },
            ExpressionAttributeValues: {
              ':p': key,
              ...(from === undefined ? {} : { ':from': from }),
              ...(below === null ? {} : { ':below': below }),
            },
            ScanIndexForward: false,
            Limit: size,
            ExclusiveStartKey: start,
          }),
        );
        start = answer.LastEvaluatedKey;
        ended = start === undefined;
        return (answer.Items ?? [])
          .map((item) => ({ pk: String(item.pk), sk: String(item.sk), sort: String(item[index.sortKey]) }))
          .filter(({ sort }) => sort !== below);
      },
    };
  }

  async function open(blocks: readonly IndexedBlock[]): Promise<void> {
    const items = await batchGet(
      client,
      table,
      blocks.map(({ pk, sk }) => ({ pk, sk })),
      { consistent: false },
    );
    // A block that is in the index but no longer in the table is empty.
    for (const block of blocks) opened.set(idOf(block), []);
    for (const item of items) {
      const { generation, messages } = await fromBlockItem(item);
      const listed = messages.map((message) => {
        const key = timelineKey(message);
        const keys = messageKeys(generation, message.uid);
        return { key, entry: { position: { gd: key }, instant: instantOf(key), keys, packed: message } };
      });
      opened.set(idOf({ pk: String(item.pk), sk: String(item.sk) }), listed);
    }
  }

  return {
    async read(after, limit) {
      const bounds = [after?.gd, before].filter((bound) => bound !== undefined).sort();
      const below = bounds[0] ?? null;
      const highest = below === null ? LAST_INSTANT : instantOf(below);
      const inBounds = ({ key }: Listed): boolean =>
        (below === null || key < below) && (from === undefined || key >= from);

      const rows = descend(owner, below, limit + 1);
      const partitions = blockPartitions(owner).map(({ key, span }) => ({
        // After every sort key that begins with this time.
        pages: descend(key, below === null ? null : `${later(highest, span)}$`, BLOCKS),
        lowest: LAST_INSTANT,
      }));
      const blocks: IndexedBlock[] = [];
      const turn = async (partition: (typeof partitions)[number]): Promise<void> => {
        const page = (await partition.pages.next()).map((each) => ({ ...each, ...reachOf(each.sort) }));
        partition.lowest = page.at(-1)?.newest ?? partition.lowest;
        blocks.push(...page.filter(({ oldest }) => oldest <= highest));
      };
      const [listedRows] = await Promise.all([rows.next(), ...partitions.map(turn)]);
      const candidates = new Map<string, Listed>();
      const taken = new Set<string>();
      const take = (block: IndexedBlock): void => {
        taken.add(idOf(block));
        for (const listed of opened.get(idOf(block)) ?? []) {
          if (inBounds(listed) && !candidates.has(listed.key)) candidates.set(listed.key, listed);
        }
      };
      for (const { pk, sk, sort } of listedRows) {
        const entry = { position: { gd: sort }, instant: instantOf(sort), keys: { pk, sk }, packed: null };
        candidates.set(sort, { key: sort, entry });
      }

      for (let ahead = BLOCKS_AHEAD; ; ahead *= 2) {
        const best = [...candidates.values()].sort(descending).slice(0, limit);
        // Messages older than this are not on the page, whatever is read next.
        const horizon = best.length < limit ? '' : instantOf(best.at(-1)?.key ?? '');
        const wanted = blocks
          .filter((block) => !taken.has(idOf(block)) && block.newest >= horizon)
          .sort((one, other) => (one.sort < other.sort ? 1 : -1));
        const reaching = wanted.filter(({ newest }) => newest >= highest).length;
        const due = wanted.slice(0, Math.max(reaching, ahead));
        if (due.length > 0) {
          await open(due.filter((block) => !opened.has(idOf(block))));
          for (const block of due) take(block);
          continue;
        }
        const unread = partitions.filter(({ pages, lowest }) => !pages.ended() && lowest >= horizon);
        if (unread.length === 0) {
          const left = candidates.size > best.length || blocks.some((block) => !taken.has(idOf(block)));
          const ended = !left && rows.ended() && partitions.every(({ pages }) => pages.ended());
          return { entries: best.map(({ entry }) => entry), ended };
        }
        await Promise.all(unread.map(turn));
      }
    },
  };
}
