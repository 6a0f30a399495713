/** The built console as the embedded stack serves it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOfSources } from '../../../local/console/build.ts';
import { consoleFiles } from '../../../local/console/files.ts';
import { createIssuer } from '../../../local/http/issuer.ts';
import { type FrontDoor, openFrontDoor } from '../../../local/http/server.ts';
import { sendRaw } from '../../fixtures/browser.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self' https://login.example.com; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'console-'));

let door: FrontDoor;
beforeAll(async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(folder, 'assets/console-1.js'), 'export {};');
  door = await openFrontDoor(0);
  const issuer = await createIssuer(join(newFolder(), 'issuer.jwk'), `${door.url}/_local/oidc`, 'inbox-manager');
  const reply = { status: 418, headers: {}, body: Buffer.from('gateway') };
  door.open(issuer, async () => reply, consoleFiles(folder, 'https://login.example.com/pool'));
});
afterAll(() => door.stop());

const get = (path: string, headers: Record<string, string> = {}) => sendRaw(`${door.url}${path}`, { headers });

describe('the console', () => {
  it.each(['/', '/callback?code=1', '/a/acc_demo', '/a/acc_demo/jobs/job_1?q=a.b', '/apis', '/_locals'])(
    'is the page at %s, under the policy, and is requested each time',
    async (path) => {
      const { status, headers, text } = await get(path);
      expect({ status, text }).toEqual({ status: 200, text: '<!doctype html><title>console</title>' });
      expect(headers).toMatchObject({
        'content-security-policy': POLICY,
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    },
  );

  it('has assets that browsers keep permanently', async () => {
    const { status, headers } = await get('/assets/console-1.js');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': POLICY,
    });
  });

  it('is sent compressed to a browser that can read it', async () => {
    const { headers } = await get('/', { 'accept-encoding': 'gzip, br' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    const reply = await fetch(`${door.url}/`);
    expect(await reply.text()).toContain('<title>console</title>');
  });

  it.each(['/assets/console-2.js', '/robots.txt', '/assets/../package.json', '/%2e%2e/package.json', '/a/x.map'])(
    'answers 404 for %s, which is no file of it',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('accepts only GET and HEAD', async () => {
    const { status, headers } = await sendRaw(`${door.url}/`, { method: 'POST' });
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' });
    expect(await sendRaw(`${door.url}/`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it.each(['/api/jobs/job_1', '/webhooks/wh_1', '/api', '/webhooks'])('leaves %s to the gateway', async (path) => {
    expect(await get(path)).toMatchObject({ status: 418, text: 'gateway' });
  });

  it.each(['/_local/health', '/_local/oidc/jwks', '/api/docs'])('leaves %s to the stack', async (path) => {
    const { headers } = await get(path);
    expect(headers['content-security-policy'] ?? '').not.toBe(POLICY);
  });

  it('sends a browser on localhost to 127.0.0.1, where its sign-in is', async () => {
    const { port } = new URL(door.url);
    const { status, headers } = await get('/a/acc_demo?q=1', {
      host: `localhost:${port}`,
      'sec-fetch-mode': 'navigate',
    });
    expect({ status, location: headers.location }).toEqual({ status: 302, location: `${door.url}/a/acc_demo?q=1` });
  });
});

describe('the hash of the sources', () => {
  it('changes with a content and with a name, and not with the result of a build', () => {
    const root = newFolder();
    mkdirSync(join(root, 'console/dist'), { recursive: true });
    mkdirSync(join(root, 'client'));
    writeFileSync(join(root, 'console/main.tsx'), 'one');
    const before = hashOfSources(root);
    writeFileSync(join(root, 'console/dist/index.html'), 'built');
    writeFileSync(join(root, 'console/dist.sources'), 'hash');
    expect(hashOfSources(root)).toBe(before);
    writeFileSync(join(root, 'console/main.tsx'), 'two');
    const changed = hashOfSources(root);
    expect(changed).not.toBe(before);
    writeFileSync(join(root, 'client/client.ts'), '');
    expect(hashOfSources(root)).not.toBe(changed);
  });
});
