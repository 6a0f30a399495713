import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { banner } from '../../../local/banner.ts';
import { type FrontDoor, openFrontDoor } from '../../../local/http/server.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor(0);
});
afterAll(async () => {
  await door.stop();
});

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  png: 'image/png',
};

describe('the API reference page', () => {
  it('is HTML that may load nothing from another host', async () => {
    const reply = await fetch(`${door.url}/api/docs`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = reply.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(await reply.text()).not.toMatch(/(?:src|href)="(?!\/api\/docs\/)/);
  });

  it('has all of its assets, with the right media type', async () => {
    const page = await (await fetch(`${door.url}/api/docs`)).text();
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(assets).toHaveLength(4);
    for (const path of assets) {
      const reply = await fetch(`${door.url}${path}`);
      expect(reply.status, path).toBe(200);
      expect(reply.headers.get('content-type')).toBe(TYPES[path.slice(path.lastIndexOf('.') + 1)]);
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await reply.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it('shows the document of this host, and sends it to no validator', async () => {
    const start = await (await fetch(`${door.url}/api/docs/start.js`)).text();
    expect(start).toContain("url: '/api/openapi.json'");
    expect(start).toContain('validatorUrl: null');
    expect(start).not.toMatch(/https?:/);
  });

  it('is named in the banner', () => {
    expect(banner(door.url, 'token', null, 1)).toContain(`${door.url}/api/docs\n`);
  });
});

describe.each(['/', '/?from=bookmark', '/api/docs/'])('%s', (path) => {
  it.each(['GET', 'HEAD'])('leads to the page (%s)', async (method) => {
    const reply = await raw(method, path);
    expect(reply).toMatch(/^HTTP\/1\.1 302 Found\r\nlocation: \/api\/docs\r\n/);
  });

  it('is refused for any method that does not read', async () => {
    expect(await raw('POST', path)).toMatch(/^HTTP\/1\.1 405 /);
  });
});

describe('other paths below the API reference page', () => {
  it.each([
    '/api/docs/package.json',
    '/api/docs/swagger-ui-bundle.js.map',
    '/api/docs/../../package.json',
    '/api/docs/../docs/package.json',
    '/api/docs/..%2f..%2fpackage.json',
    '/api/docs/%2e%2e/%2e%2e/package.json',
    '/api/docs/..\\..\\package.json',
    '/api/docs/%252e%252e%252fpackage.json',
    '/api/docs//etc/passwd',
    '/api/docs/swagger-ui.css%00.png',
    '/api/docs/__proto__',
  ])('%s is not found', async (path) => {
    const reply = await raw('GET', path);
    expect(reply).toMatch(/^HTTP\/1\.1 404 /);
    expect(reply).not.toMatch(/swagger|"name"|root:/i);
  });

  it('is refused for any method that does not read', async () => {
    const reply = await fetch(`${door.url}/api/docs`, { method: 'POST', body: 'x' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('has no body for HEAD', async () => {
    const reply = await fetch(`${door.url}/api/docs`, { method: 'HEAD' });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
  });

  it('is not served under the name of another host', async () => {
    expect(await raw('GET', '/api/docs', 'evil.example')).toMatch(/^HTTP\/1\.1 421 /);
  });
});

/** The whole reply to a raw request target, which no normal client would send. */
async function raw(method: string, target: string, host = new URL(door.url).host): Promise<string> {
  const { hostname, port } = new URL(door.url);
  const socket = connect(Number(port), hostname);
  socket.end(`${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  let reply = '';
  socket.on('data', (chunk) => {
    reply += chunk;
  });
  await once(socket, 'close');
  return reply;
}
