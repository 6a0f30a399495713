/**
 * Takes the pictures of the README from a running `npm start` whose demo is complete: `npm run screenshots`, or with the
 * address of the stack. It signs in as the owner of the demo account and changes nothing.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { DEMO_ACCOUNT } from '../local/demo.ts';

const [url = 'http://127.0.0.1:4000'] = process.argv.slice(2);
const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));
const HOME = `/a/${DEMO_ACCOUNT}`;

const program = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync);
if (program === undefined) throw new Error('chromium is not installed.');

const QUALITY = 0.85;

async function take(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ caret: 'hide' });
  const webp = await asWebp(png);
  writeFileSync(join(FOLDER, `${name}.webp`), webp);
  console.log(`docs/images/${name}.webp, ${Math.round(webp.length / 1_000)} KB`);
}

/** A PNG of the pages is three times as large. */
async function asWebp(png: Buffer): Promise<Buffer> {
  const blank = await browser.newPage();
  const address = await blank.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`);
  await blank.close();
  return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64');
}

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: program, chromiumSandbox: false });
try {
  const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  await page.goto(HOME);
  await page.getByLabel('Name').fill('operator');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('figure', { name: /^Ended jobs/ }).waitFor();
  for (const counted of await page.getByRole('list', { name: 'Also watched' }).getByText('…', { exact: true }).all())
    await counted.waitFor({ state: 'detached' });
  await take(page, 'overview');
  await page
    .getByRole('list', { name: 'Figures' })
    .getByRole('link', { name: /^Failed/ })
    .click();
  await page.getByRole('button', { name: /^auth_failed/ }).click();
  await page.waitForURL(/code=auth_failed/);
  await page.getByRole('table', { name: 'Jobs' }).getByRole('link', { name: 'auth_failed' }).first().click();
  await page.getByRole('region', { name: 'Why' }).waitFor();
  await page.getByRole('list', { name: 'Timeline' }).waitFor();
  // The names of the mailboxes come last.
  await page.getByRole('table', { name: 'Jobs' }).getByText(' · ').first().waitFor();
  await take(page, 'job');
} finally {
  await browser.close();
}
