/** Serves the built console, with the headers that a deployment gives it too. */
import { globSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CACHE_CONTROL, consolePolicy } from '../../console/security-headers.ts';
import type { ConsolePages } from './pages.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

type File = { readonly type: string; readonly content: Buffer; readonly zipped: Buffer };

/**
 * The files of a folder, read once. A path without an extension is a page of the console and gets `index.html`; a
 * missing asset is 404.
 */
export function consoleFiles(folder: string, issuer: string): ConsolePages {
  const files = new Map<string, File>();
  for (const path of globSync('**/*.*', { cwd: folder })) {
    const content = readFileSync(join(folder, path));
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    files.set(`/${path.replaceAll('\\', '/')}`, { type, content, zipped: gzipSync(content) });
  }
  const headers = {
    'content-security-policy': consolePolicy(issuer),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    vary: 'accept-encoding',
  };

  return {
    answer(path, request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        return plain(response, 405, 'Method Not Allowed');
      }
      const file = files.get(/\.[^/]*$/.test(path) ? path : '/index.html');
      if (file === undefined) return plain(response, 404, 'Not Found');
      const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      const content = isZipped ? file.zipped : file.content;
      response
        .writeHead(200, {
          ...headers,
          ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
          'content-type': file.type,
          'content-length': content.length,
          'cache-control': path.startsWith('/assets/') ? CACHE_CONTROL.assets : CACHE_CONTROL.others,
        })
        .end(request.method === 'HEAD' ? undefined : content);
    },
    stop: async () => {},
  };
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(`${text}\n`);
}
