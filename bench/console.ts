import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildConsole } from '../local/console/build.ts';
import { consoleFiles } from '../local/console/files.ts';
import { startDemo, startDemoMail } from '../local/demo.ts';
import { startStack } from '../local/stack.ts';
import { apiOf, until } from '../test/fixtures/api.ts';
import { documentClientFor } from '../test/fixtures/document-client.ts';
import { programPath } from '../test/fixtures/programs.ts';
import { bytesOf, type Exchange, trafficOf } from './browser-traffic.ts';
import { seedJobs } from './seed-jobs.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEMO = 'acc_demo';
const LONG = 'acc_long';
const PATIENCE_MS = 300_000;
const SECONDS_OF_A_MINUTE = 60;

/**
 * Measures the console in a browser on the embedded stack: requests, bytes, files, elements, and when the largest content is
 * painted. `size`: jobs of the long list. Prints; asserts nothing.
 */
export async function benchConsole(size: number): Promise<void> {
  const program = programPath('chromium');
  if (program === null) return console.log('console: chromium is not installed');
  const folder = await buildConsole(ROOT, console.log);
  printFiles(folder);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const stack = await startStack({
      dataDirectory: null,
      port: 0,
      lateMs: PATIENCE_MS,
      console: async (_, issuer) => consoleFiles(folder, issuer),
    });
    stops.push(() => stack.stop());
    stack.ready();
    // Before the demo, whose jobs would share the engine with the writes.
    const client = documentClientFor(stack.endpoints.dynamodb, stack.credentials);
    const began = performance.now();
    await seedJobs(client, stack.environment.VIEWS_TABLE ?? '', LONG, size);
    console.log(`seeded ${size} jobs in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    const mail = await startDemoMail(stack);
    stops.push(() => mail.close());
    await startDemo(stack, mail);
    const api = await apiOf(stack, DEMO);
    await until(
      () => api.get(`/api/accounts/${DEMO}/jobs/stats`),
      ({ body }) => body.data.by_status.failed === 1 && body.data.by_status.running === 0,
    );
    const browser = await chromium.launch({ executablePath: program, chromiumSandbox: false, timeout: PATIENCE_MS });
    stops.push(() => browser.close());
    await overview(browser, stack.url);
    await longList(browser, stack.url, size);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`;
const line = (what: string, value: string, budget: string): void => console.log(`${what}: ${value} (budget ${budget})`);

/** All files as they are sent; the first page needs only some of them. */
function printFiles(folder: string): void {
  const zipped = globSync('**/*.{js,css}', { cwd: folder }).map((path) => gzipSync(readFileSync(join(folder, path))));
  const total = zipped.reduce((sum, { length }) => sum + length, 0);
  line('all JavaScript and CSS, gzipped', kilobytes(total), '250 KB');
}

async function newPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

/** Opens the path, and signs in on the issuer's page. */
async function signIn(page: Page, path: string, account: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel(/^Account/).fill(account);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((at) => at.pathname === path);
}

const isData = ({ path }: Exchange): boolean => path.startsWith('/api/') && path !== '/api/auth';
const isAsset = ({ path }: Exchange): boolean => path.startsWith('/assets/');

async function overview(browser: Browser, url: string): Promise<void> {
  const page = await newPage(browser, url);
  await page.clock.install();
  const traffic = trafficOf(page);
  await signIn(page, `/a/${DEMO}`, DEMO);
  await page.getByText('Folders in error').waitFor();
  const first = await traffic.take();
  const data = first.filter(isData);
  const assets = new Map<string, number>();
  // After the sign-in they come from the cache.
  for (const { path, bodyBytes } of first.filter(isAsset)) assets.set(path, Math.max(bodyBytes, assets.get(path) ?? 0));
  const sum = [...assets.values()].reduce((total, bytes) => total + bytes, 0);
  line('JavaScript and CSS of the first page', kilobytes(sum), '140 KB');
  line('overview, first load', `${data.length} requests, ${kilobytes(bytesOf(data))}`, '7 requests, 40 KB');
  for (const { method, path, bytes } of data) console.log(`    ${method} ${path} ${kilobytes(bytes)}`);
  console.log(`    besides: ${first.length - data.length - first.filter(isAsset).length} requests to sign in`);
  line('largest contentful paint of the overview', `${Math.round(await largestPaint(page))} ms`, '1,200 ms');
  await page.clock.pauseAt((await now(page)) + 1_000);
  await traffic.take();
  let minute: Exchange[] = [];
  for (let second = 0; second < SECONDS_OF_A_MINUTE; second += 1) {
    await page.clock.runFor(1_000);
    minute = [...minute, ...(await traffic.take())];
  }
  line('overview, idle minute', `${minute.length} requests, ${kilobytes(bytesOf(minute))}`, '14 requests');
  await page.context().close();
}

const now = (page: Page): Promise<number> => page.evaluate<number>('Date.now()');

const LARGEST_PAINT = `new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
  .observe({ type: 'largest-contentful-paint', buffered: true }))`;
/** Milliseconds from the last navigation. */
const largestPaint = (page: Page): Promise<number> => page.evaluate<number>(LARGEST_PAINT);

const isSearch = ({ path }: Exchange): boolean => path.endsWith('/jobs/search');

/** How many rows the list says that it shows. */
const shown = async (page: Page): Promise<number> =>
  Number((/([\d,]+) shown/.exec(await page.getByText(/[\d,]+ shown/).innerText())?.[1] ?? '').replaceAll(',', ''));

async function longList(browser: Browser, url: string, size: number): Promise<void> {
  const page = await newPage(browser, url);
  const traffic = trafficOf(page);
  await signIn(page, `/a/${LONG}/jobs`, LONG);
  await page.getByText('50 shown').waitFor();
  const [firstPage] = (await traffic.take()).filter(isSearch);
  line('a page of 50 jobs', kilobytes(firstPage?.bytes ?? 0), '12 KB');
  await page.getByRole('button', { name: /^failed / }).click();
  await page.waitForURL(/status=failed/);
  const filtered = await traffic.take();
  line('a change of the filter', `${filtered.filter(isSearch).length} search, ${filtered.length} requests`, '1 search');
  await page.goBack();
  await page.waitForURL(({ search }) => search === '');
  await traffic.take();
  // The list may have read on by itself.
  const first = await shown(page);
  const searches: Exchange[] = [];
  let elements = 0;
  while ((await shown(page)) < size) {
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    searches.push(...(await traffic.take()).filter(isSearch));
    elements = Math.max(elements, await page.evaluate<number>('document.querySelectorAll("*").length'));
  }
  const pages = Math.ceil((size - first) / 50);
  line(
    `scrolling ${size} jobs`,
    `${searches.length} requests, ${elements} elements`,
    `${pages} requests, 1,500 elements`,
  );
  await page.context().close();
}
