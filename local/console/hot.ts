/**
 * The console with hot reload, for `npm run dev`. It has no content security policy: Vite puts styles and a script into
 * the page itself. `npm start` and the tests serve the built console under the policy of a deployment.
 */
import { join } from 'node:path';
import type { OpenConsole } from './pages.ts';

/** `root`: of the project. */
export const hotConsole =
  (root: string): OpenConsole =>
  async (server) => {
    const { createServer } = await import('vite');
    const vite = await createServer({
      configFile: join(root, 'console/vite.config.ts'),
      server: { middlewareMode: true, hmr: { server } },
      logLevel: 'warn',
    });
    return {
      answer: (_, request, response) => vite.middlewares(request, response, () => response.writeHead(404).end()),
      stop: () => vite.close(),
    };
  };
