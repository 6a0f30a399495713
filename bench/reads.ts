import { dynamoConnections } from '../functions/adapters/dynamodb/connections.ts';
import { dynamoLeases } from '../functions/adapters/dynamodb/leases.ts';
import { dynamoSlots } from '../functions/adapters/dynamodb/slots.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { freezeFilter, type JobFilter } from '../functions/domain/search/job-filter.ts';
import { accountCounterRows } from '../functions/domain/views/counters.ts';
import { countMatches } from '../functions/queries/count-matches.ts';
import { type JobSearch, searchJobs } from '../functions/queries/search-jobs.ts';
import { jobServers } from '../functions/queries/servers-of-jobs.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import { meter } from './meter.ts';
import { credentialNumber, END, RARE_CODE, seedJobs, taskNumber } from './seed-jobs.ts';

const FLAT = 1.2;
type Measured = {
  readonly units: number;
  readonly requests: number;
  readonly found: number;
  readonly examined: number;
};
type Row = { readonly name: string; readonly bySize: Map<number, Measured> };

/** Measures read units and requests of one page, by access pattern and size of the account. Prints; asserts nothing. */
export async function benchReads(sizes: readonly number[]): Promise<void> {
  const engine = await startDynoxide();
  const rows: Row[] = [];
  try {
    for (const size of sizes) {
      const tables = await engine.createTables();
      const began = performance.now();
      const accountId = `acc_${size}`;
      await seedJobs(engine.client, tables.VIEWS_TABLE, accountId, size);
      console.log(`seeded ${size} jobs in ${((performance.now() - began) / 1000).toFixed(1)} s`);
      const counted = meter(engine.client);
      const ports = {
        views: dynamoViews(engine.client, tables.VIEWS_TABLE),
        leases: dynamoLeases(engine.client, tables.LEASES_TABLE),
        serversOf: jobServers(dynamoConnections(engine.client, tables.SECRETS_TABLE)),
        slots: dynamoSlots(engine.client, tables.LEASES_TABLE),
      };
      for (const [name, run] of patterns(accountId, ports)) {
        counted.read();
        const { found, examined } = await run();
        const { readUnits, requests } = counted.read();
        const row = rows.find((each) => each.name === name) ?? { name, bySize: new Map() };
        if (!rows.includes(row)) rows.push(row);
        const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
        row.bySize.set(size, { units: readUnits, requests: total, found, examined });
      }
      engine.client.middlewareStack.remove('meter');
    }
  } finally {
    await engine.stop();
  }
  print(rows, sizes);
}

type Ports = Parameters<typeof searchJobs>[0];
type Run = () => Promise<{ found: number; examined: number }>;

function patterns(accountId: string, ports: Ports): readonly (readonly [string, Run])[] {
  const search =
    (filter: JobFilter, more: Partial<JobSearch> = {}): Run =>
    async () => {
      const page = await searchJobs(ports, {
        accountId,
        filter: freezeFilter(filter, END),
        newestFirst: true,
        limit: 20,
        offset: 0,
        after: null,
        now: END,
        counting: false,
        ...more,
      });
      return { found: page.jobs.length, examined: page.examined };
    };
  const day = { gte: '2026-05-10T00:00:00.000Z', lt: '2026-05-11T00:00:00.000Z' };
  const deep = `${new Date(END - 200 * 86_400_000).toISOString()}#job_01`;
  return [
    ['list, 20', search({})],
    ['list, 100', search({}, { limit: 100 })],
    ['list, a page in the middle of the year', search({}, { after: deep })],
    ['list, oldest first', search({}, { newestFirst: false })],
    ['search: rare status (4 jobs)', search({ status: ['scheduled'] })],
    ['search: rare error (5 jobs)', search({ last_error_code: [RARE_CODE] })],
    ['search: failed, newest 20', search({ status: ['failed'] })],
    ['search: common status, common text', search({ status: ['succeeded'], q: 'nightly' })],
    ['search: common status, text of no job', search({ status: ['succeeded'], q: 'nowhere' })],
    ['search: one day of the year', search({ created_at: day }, { limit: 20 })],
    ['search: one task', search({ task_id: [taskNumber(3)] })],
    ['search: one credential', search({ credential_id: [credentialNumber(3)] })],
    [
      'search: one credential, failed by a rare error',
      search({ credential_id: [credentialNumber(7)], last_error_code: [RARE_CODE] }),
    ],
    ['search: rare error, with facets', search({ last_error_code: [RARE_CODE] }, { counting: true })],
    ['search: failed, with facets (counts up to 1,000)', search({ status: ['failed'] }, { counting: true })],
    [
      'dry run: how many of a rare error',
      async () => {
        const { matched } = await countMatches(ports, accountId, { last_error_code: [RARE_CODE] }, END);
        return { found: matched, examined: 0 };
      },
    ],
    [
      'stats',
      async () => {
        const counters = await ports.views.counters(accountCounterRows(accountId), { consistent: true });
        return { found: counters.size, examined: 0 };
      },
    ],
  ];
}

function print(rows: readonly Row[], sizes: readonly number[]): void {
  const cell = (measured: Measured | undefined): string =>
    measured === undefined ? '' : `${measured.units} (${measured.requests} rq, ${measured.found}/${measured.examined})`;
  console.log(
    '\nread units (requests, found/examined) of one request, by jobs in the account; eventually consistent reads',
  );
  console.log('units by the documented rules from the sizes of what was read (bench/capacity.ts)\n');
  console.log(`| pattern | ${sizes.join(' | ')} | largest / smallest |`);
  console.log(`| --- | ${sizes.map(() => '---').join(' | ')} | --- |`);
  for (const { name, bySize } of rows) {
    const cells = sizes.map((size) => cell(bySize.get(size))).join(' | ');
    console.log(`| ${name} | ${cells} | ${verdict([...bySize.values()])} |`);
  }
}

/** Compares only pages with the same number of jobs: a small account may have fewer. */
function verdict(measured: readonly Measured[]): string {
  const most = Math.max(...measured.map(({ found }) => found));
  const alike = measured.filter(({ found }) => found === most).map(({ units }) => units);
  if (alike.length < 2) return 'too few to find';
  const ratio = Math.max(...alike) / Math.max(0.5, Math.min(...alike));
  const left = measured.length - alike.length;
  return `${ratio.toFixed(2)}${ratio > FLAT ? ' NOT FLAT' : ''}${left > 0 ? ` (${left} with fewer to find)` : ''}`;
}
