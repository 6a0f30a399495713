/** Searches for the jobs on a mail server, in an account with more jobs than one request examines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCredential } from '../../functions/domain/credential/history.ts';
import type { Job } from '../../functions/domain/job/job.ts';
import { namesServer } from '../../functions/domain/network/server-filter.ts';
import { type JobFilter, matchesFilter, needsJoin } from '../../functions/domain/search/job-filter.ts';
import { credentialRow } from '../../functions/domain/views/entity-views.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { credentialsOf } from '../../functions/domain/views/keys.ts';
import { credentialsOnHosts } from '../../functions/queries/credentials-on-hosts.ts';
import { searchJobs } from '../../functions/queries/search-jobs.ts';
import { jobServers } from '../../functions/queries/servers-of-jobs.ts';
import { iso, T0 } from '../domain/job/job-stream.ts';
import { jobOfSeed, NOW, randomFilter, seeds } from '../domain/search/random-jobs.ts';
import { connectionTo } from '../fixtures/connections.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

const ACCOUNT = 'acc_one';
const RARE = 'rare.example';
const JOBS = 2_400;
const credentialId = (n: number): string => `pc_01jgx0000000000000001${String(n).padStart(5, '0')}`;

/** Views with these credentials and jobs, and the reads of them. `hostOf`: the host of the credential by its number. */
async function world(credentials: number, hostOf: (n: number) => string, jobs: readonly Job[]) {
  const views = memoryViews();
  const numbers = Array.from({ length: credentials }, (_, n) => n);
  for (const n of numbers) {
    const credential = foldCredential([
      {
        ...{ stream_id: credentialId(n), version: 1, schema: 1, account_id: ACCOUNT, at: iso(T0 + n) },
        ...{ actor: { kind: 'system', id: 'test' }, append_id: 'a', type: 'CredentialAdded' },
        data: { provider_kind: 'imap', auth_kind: 'password' },
      },
    ]);
    if (credential === null) throw new Error('it was added');
    await views.write({ row: credentialRow(credential), replaces: null });
  }
  for (const job of jobs) await views.write({ row: jobRow(job), replaces: null });
  const read = { jobs: 0, credentialLists: 0 };
  const places = new Map(numbers.map((n) => [credentialId(n), connectionTo(credentialId(n), ACCOUNT, hostOf(n), 993)]));
  const ports = {
    views: {
      ...views,
      get(ids: readonly string[], options: { readonly consistent: boolean }) {
        read.jobs += ids.filter((id) => id.startsWith('job_')).length;
        return views.get(ids, options);
      },
      page(query: Parameters<typeof views.page>[0]) {
        if (query.key === credentialsOf(ACCOUNT)) read.credentialLists += 1;
        return views.page(query);
      },
    },
    serversOf: jobServers({
      async connections(ids) {
        return new Map(ids.flatMap((id) => (places.has(id) ? [[id, places.get(id) ?? 'unreadable'] as const] : [])));
      },
    }),
    leases: { read: async () => null },
    slots: { fullUntil: async () => null },
  };
  /** Every match, and how many pages it took. */
  async function search(filter: JobFilter, newestFirst = true) {
    const found: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const page = await searchJobs(ports, {
        ...{ accountId: ACCOUNT, filter, newestFirst, limit: 100, offset: 0, after, now: NOW, counting: false },
      });
      found.push(...page.jobs.map(({ job }) => job.id));
      after = page.next;
      pages += 1;
    } while (after !== null);
    return { found, pages };
  }
  return { ports, read, places, search };
}

function jobsOf(credentials: number): readonly Job[] {
  const [made = []] = fc.sample(fc.array(seeds, { minLength: JOBS, maxLength: JOBS }), { seed: 3, numRuns: 1 });
  return made.map((seed, n) => {
    const createdAt = T0 + ((n * 37) % JOBS) * 25;
    return jobOfSeed({ ...seed, accountId: ACCOUNT, credentialId: credentialId(n % credentials), createdAt }, n + 1);
  });
}

describe('a search for the jobs on a mail server', () => {
  it('reads only the jobs of its credentials when few are there', async () => {
    const jobs = jobsOf(200);
    const { search, read } = await world(200, (n) => (n === 7 ? RARE : 'mail.example'), jobs);
    const { found, pages } = await search({ host: [RARE] });
    const expected = jobs.filter((job) => job.credential_id === credentialId(7));
    expect(new Set(found)).toEqual(new Set(expected.map(({ id }) => id)));
    expect(pages).toBe(1);
    // Once to search and once to show.
    expect(read.jobs).toBeLessThanOrEqual(2 * expected.length);
  });

  it('reads no job when no credential is there', async () => {
    const { search, read } = await world(8, () => 'mail.example', jobsOf(8));
    expect(await search({ host: ['nowhere.example'] })).toEqual({ found: [], pages: 1 });
    expect(read.jobs).toBe(0);
  });

  it('does not look for credentials when the filter leaves few jobs, or names a credential', async () => {
    const { search, read } = await world(8, (n) => (n < 2 ? RARE : 'mail.example'), jobsOf(8).slice(0, 900));
    await search({ host: [RARE] });
    await search({ host: [RARE], credential_id: [credentialId(1)] });
    expect(read.credentialLists).toBe(0);
    const larger = await world(8, (n) => (n < 2 ? RARE : 'mail.example'), jobsOf(8));
    await larger.search({ host: [RARE], credential_id: [credentialId(1)] });
    expect(larger.read.credentialLists).toBe(0);
    await larger.search({ host: [RARE] });
    expect(larger.read.credentialLists).toBeGreaterThan(0);
  });

  it('finds the same as a look at every job, with any other fields, in both orders', async () => {
    const jobs = jobsOf(8);
    const { search, places } = await world(8, (n) => (n < 2 ? RARE : `mail${n % 3}.example`), jobs);
    const hosts = fc.subarray([RARE, `${RARE}:993`, 'mail0.example', 'MAIL1.example.', 'x.example'], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(randomFilter, hosts, fc.boolean(), async (filter, host, newestFirst) => {
        const wanted = { ...filter, host };
        fc.pre(!needsJoin(wanted) && wanted.credential_id === undefined);
        const expected = jobs
          .filter((job) => matchesFilter(job, wanted) && namesServer(host, places.get(job.credential_id) ?? null))
          .sort((one, other) => (one.created_at < other.created_at === newestFirst ? 1 : -1));
        const { found } = await search(wanted, newestFirst);
        expect(found).toHaveLength(expected.length);
        expect(new Set(found)).toEqual(new Set(expected.map(({ id }) => id)));
        const times = new Map(jobs.map((job) => [job.id, job.created_at]));
        expect(found.map((id) => times.get(id))).toEqual(expected.map((job) => job.created_at));
      }),
      { numRuns: 25, seed: 11 },
    );
  });
});

describe('the credentials on a mail server', () => {
  it.each([
    ['few of them', 100, 50, 50],
    ['none of them', 100, 0, 0],
    ['more than the maximum of a filter', 200, 51, null],
    ['more than half of them', 60, 31, null],
    ['an account with the maximum that is read', 500, 3, 3],
    ['an account with more than that', 501, 3, null],
  ])('are listed for %s: of %i credentials, %i', async (_, all, there, expected) => {
    const { ports } = await world(all, (n) => (n < there ? RARE : 'mail.example'), []);
    const found = await credentialsOnHosts(ports, ACCOUNT, [RARE]);
    expect(found === null ? null : found.length).toBe(expected);
  });
});
