/**
 * The API document as a page to read and try out, at `/api/docs`. Swagger UI comes from node_modules, and the page's
 * policy forbids requests to other hosts.
 */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>inbox-manager jobs: API</title>
    <link rel="icon" type="image/png" href="/api/docs/favicon.png">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <div id="document"></div>
    <script src="/api/docs/swagger-ui.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** No validator: Swagger UI would send the document to an external service. */
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#document',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

type Asset = { readonly type: string; read(): Promise<string | Buffer> };

const written = (type: string, text: string): Asset => ({ type, read: async () => text });
const packaged = (type: string, file: string): Asset => ({
  type,
  read: () => readFile(require.resolve(`swagger-ui-dist/${file}`)),
});

/** Addresses that redirect to the page. */
const REDIRECTED: readonly string[] = ['/', '/api/docs/'];

/** All files, by their whole path: other paths are not found. */
const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/api/docs', written('text/html; charset=utf-8', PAGE)],
  ['/api/docs/start.js', written(JAVASCRIPT, START)],
  ['/api/docs/swagger-ui.js', packaged(JAVASCRIPT, 'swagger-ui-bundle.js')],
  ['/api/docs/swagger-ui.css', packaged('text/css; charset=utf-8', 'swagger-ui.css')],
  ['/api/docs/favicon.png', packaged('image/png', 'favicon-32x32.png')],
]);

/** Swagger UI sets inline styles and loads its icons from data: URLs. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Whether the path is the page, below it, or redirects to it: such requests do not reach the API. */
export const isDocs = (path: string): boolean => path === '/' || path === '/api/docs' || path.startsWith('/api/docs/');

/** Serves the page, its assets and the redirects to it; 404 for any other path below it, 405 for any other method. */
export async function docs(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asset = ASSETS.get(path);
  const isRedirected = REDIRECTED.includes(path);
  if (asset === undefined && !isRedirected) return plain(response, 404, 'Not Found');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return plain(response, 405, 'Method Not Allowed');
  }
  if (asset === undefined) {
    response.setHeader('location', '/api/docs');
    return plain(response, 302, 'Found');
  }
  const content = await asset.read();
  response
    .writeHead(200, {
      'content-type': asset.type,
      'content-length': Buffer.byteLength(content),
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
    .end(request.method === 'HEAD' ? undefined : content);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(`${text}\n`);
}
