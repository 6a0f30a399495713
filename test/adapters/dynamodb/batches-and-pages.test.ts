/**
 * The local engine leaves no keys unprocessed, and its pages hold more than a test writes, so the answers are
 * simulated.
 */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { batchGet } from '../../../functions/adapters/dynamodb/batch-get.ts';
import { batchWrite, inParallel } from '../../../functions/adapters/dynamodb/batch-write.ts';
import { dynamoEventLog } from '../../../functions/adapters/dynamodb/event-log.ts';
import { firstEvents, hasViews, streamIds } from '../../../functions/adapters/dynamodb/log-scan.ts';
import { allItems } from '../../../functions/adapters/dynamodb/query-pages.ts';
import { VIEWS } from '../../../functions/adapters/dynamodb/tables.ts';
import { dynamoUsage } from '../../../functions/adapters/dynamodb/usage.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const mocked = () => mockClient(client);

describe('reads and writes that need several requests to DynamoDB', () => {
  let mock: ReturnType<typeof mocked>;
  afterEach(() => {
    mock?.restore();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `k${at}` }));

  it('a batch get requests only the unprocessed keys again, and returns all items', async () => {
    mock = mocked();
    const [one, two] = keys(2);
    mock
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { t: [{ id: 'k0' }] }, UnprocessedKeys: { t: { Keys: [{ id: 'k1' }] } } })
      .resolves({ Responses: { t: [{ id: 'k1' }] } });
    expect(
      await batchGet(
        client,
        't',
        [one, two].filter((key) => key !== undefined),
        { consistent: true },
      ),
    ).toEqual([{ id: 'k0' }, { id: 'k1' }]);
    const asked = mock.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems?.t);
    expect(asked).toEqual([
      { Keys: [one, two], ConsistentRead: true },
      { Keys: [two], ConsistentRead: true },
    ]);
  });

  it.each([0, 1, 99, 100, 101, 200, 250])(
    'a batch get of %i keys asks for each once, a hundred at a time',
    async (count) => {
      mock = mocked();
      mock.on(BatchGetCommand).callsFake(({ RequestItems }) => ({ Responses: { t: RequestItems.t.Keys } }));
      const found = await batchGet(client, 't', keys(count), { consistent: false });
      expect(found).toEqual(keys(count));
      const sizes = mock.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems?.t?.Keys?.length);
      expect(sizes).toHaveLength(Math.ceil(count / 100));
      for (const size of sizes) expect(size).toBeLessThanOrEqual(100);
    },
  );

  it('a batch get of a table that stays throttled fails after several tries, without a partial answer', async () => {
    vi.useFakeTimers();
    // Each further try waits a random time, up to 50 ms before the second one: here half of that.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    mock = mocked();
    mock.on(BatchGetCommand).callsFake(({ RequestItems }) => ({ Responses: {}, UnprocessedKeys: RequestItems }));
    const asked = batchGet(client, 't', keys(3), { consistent: true });
    const failed = expect(asked).rejects.toThrow('3 keys of t stay unprocessed');
    await vi.advanceTimersByTimeAsync(24);
    expect(mock.commandCalls(BatchGetCommand)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(mock.commandCalls(BatchGetCommand)).toHaveLength(8);
  });

  const puts = (count: number) => keys(count).map((Item) => ({ PutRequest: { Item } }));

  it.each([0, 1, 24, 25, 26, 50, 251])('a batch write of %i items writes each once, 25 at a time', async (count) => {
    mock = mocked();
    mock.on(BatchWriteCommand).resolves({});
    await batchWrite(client, 't', puts(count));
    const written = mock.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.t ?? []);
    expect(written.flat()).toEqual(puts(count));
    expect(written).toHaveLength(Math.ceil(count / 25));
    for (const { length } of written) expect(length).toBeLessThanOrEqual(25);
  });

  it('a batch write to a table that stays throttled fails after several tries', async () => {
    vi.useFakeTimers();
    // Each further try waits a random time, up to 50 ms before the second one: here half of that.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    mock = mocked();
    mock.on(BatchWriteCommand).callsFake(({ RequestItems }) => ({ UnprocessedItems: RequestItems }));
    const failed = expect(batchWrite(client, 't', puts(2))).rejects.toThrow('2 writes to t stay unprocessed');
    await vi.advanceTimersByTimeAsync(24);
    expect(mock.commandCalls(BatchWriteCommand)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(mock.commandCalls(BatchWriteCommand)).toHaveLength(10);
  });

  it('parallel work fails with its first error, but only after all of the work has ended', async () => {
    const ended: number[] = [];
    const work = inParallel([1, 2, 3, 4], 2, async (item) => {
      await Promise.resolve();
      if (item === 2) throw new Error('two');
      ended.push(item);
    });
    await expect(work).rejects.toThrow('two');
    expect(ended).toEqual([1, 3, 4]);
  });

  const event = (version: number) => ({
    stream_id: 'tsk_1',
    version,
    type: 'X',
    schema: 1,
    account_id: 'acc',
    at: '2026-11-01T00:00:00.000Z',
    actor: { kind: 'user', id: 'u' },
    append_id: 'a',
    data: {},
  });
  const pages = [
    { Items: [event(1), event(2)], LastEvaluatedKey: { stream_id: 'tsk_1', version: 2 } },
    { Items: [], LastEvaluatedKey: { stream_id: 'tsk_1', version: 3 } },
    { Items: [event(4)] },
  ];
  const answerInPages = (command: typeof QueryCommand | typeof ScanCommand, given: readonly object[]) => {
    mock = mocked();
    mock.on(command).callsFake(({ ExclusiveStartKey: start }) => {
      const at =
        start === undefined
          ? 0
          : 1 + given.findIndex((page) => JSON.stringify(Object(page).LastEvaluatedKey) === JSON.stringify(start));
      return given[at];
    });
  };

  it('a stream is read page by page, past an empty page', async () => {
    answerInPages(QueryCommand, pages);
    const read = await dynamoEventLog(client, 't', ids).read('tsk_1');
    expect(read.map(({ version }) => version)).toEqual([1, 2, 4]);
  });

  it('a stream is read only up to the requested number of events; each page requests the remaining number', async () => {
    answerInPages(QueryCommand, pages);
    const read = await dynamoEventLog(client, 't', ids).read('tsk_1', 0, 3);
    expect(read.map(({ version }) => version)).toEqual([1, 2, 4]);
    const limits = (command: typeof QueryCommand) => mock.commandCalls(command).map(({ args }) => args[0].input.Limit);
    expect(limits(QueryCommand)).toEqual([3, 1, 1]);
    mock.resetHistory();
    expect(await dynamoEventLog(client, 't', ids).read('tsk_1', 0, 2)).toHaveLength(2);
    expect(limits(QueryCommand)).toEqual([2]);
  });

  it('all items of a query are read page by page', async () => {
    answerInPages(QueryCommand, pages);
    expect(await allItems(client, { TableName: 't' })).toHaveLength(3);
  });

  it('the streams of a log are read page by page', async () => {
    answerInPages(ScanCommand, pages);
    const found: string[] = [];
    for await (const id of streamIds(client, 't', { part: 1, parts: 4 })) found.push(id);
    expect(found).toHaveLength(3);
    for (const { args } of mock.commandCalls(ScanCommand))
      expect(args[0].input).toMatchObject({ Segment: 1, TotalSegments: 4, ExpressionAttributeValues: { ':first': 1 } });
  });

  it('the first events of some types are read page by page, as they were stored', async () => {
    answerInPages(ScanCommand, pages);
    const found: number[] = [];
    const types = ['TaskCreated', 'JobCreated'];
    for await (const { version } of firstEvents(client, 't', { part: 2, parts: 3, types })) found.push(version);
    expect(found).toEqual([1, 2, 4]);
    for (const { args } of mock.commandCalls(ScanCommand))
      expect(args[0].input).toMatchObject({
        ...{ TableName: 't', Segment: 2, TotalSegments: 3 },
        FilterExpression: '#version = :first AND #type IN (:t0, :t1)',
        ExpressionAttributeNames: { '#version': 'version', '#type': 'type' },
        ExpressionAttributeValues: { ':first': 1, ':t0': 'TaskCreated', ':t1': 'JobCreated' },
      });
  });

  it('counting a use fails after fifty tries if another process changes the row before each write', async () => {
    vi.useFakeTimers();
    mock = mocked();
    mock.on(GetCommand).resolves({});
    mock.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
    const failed = expect(dynamoUsage(client, 't').count('a', 'g', { all: 9, group: 9 }, 1)).rejects.toThrow(
      'a row of uses stays in conflict after 50 tries',
    );
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(mock.commandCalls(UpdateCommand)).toHaveLength(50);
  });

  it('a table counts as having views if one follows the cursor key or an empty page', async () => {
    const key = { id: VIEWS.cursorKey };
    answerInPages(ScanCommand, [
      { Items: [key], LastEvaluatedKey: key },
      { Items: [], LastEvaluatedKey: { id: 'x' } },
      { Items: [{ id: 'job_1' }] },
    ]);
    expect(await hasViews(client, 't')).toBe(true);
    mock.restore();
    answerInPages(ScanCommand, [{ Items: [key], LastEvaluatedKey: key }, { Items: [] }]);
    expect(await hasViews(client, 't')).toBe(false);
  });
});
