/** The port methods that a function's code uses, read from its bundle: code that esbuild removes does not count. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The names of the ports in handlers and in the code that they call. */
const CALL =
  /\b(log|audit|views|counters|leases|slots|cursors|vault|webhooks|finder|mail|runs|periods|cycles|coalescing|eraser|queue|backlog|bulks|usage|permits|quotaCounts)\d*\.(\w+)\(/g;

/**
 * `port.method` for every call in the code of a function's entry, and `views.page:index` for each index that the code
 * names. Adapters are left out: their requests are recorded.
 */
export async function callsOf(entry: string): Promise<ReadonlySet<string>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [
      {
        name: 'adapters stay outside',
        setup(building) {
          building.onResolve({ filter: /\/adapters\// }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
  const code = outputFiles.map(({ text }) => text).join('\n');
  const calls = [...code.matchAll(CALL)].map(([, port, method]) => `${port}.${method}`);
  const indexes = [...code.matchAll(/index: "(\w+)"/g)].map(([, index]) => `views.page:${index}`);
  // The planner of searches names these two as values of one variable.
  const planned = code.includes('["bulk", "task"]') ? ['views.page:bulk', 'views.page:task'] : [];
  const prints = /\/kms\/cursor-seal/.test(code) && /\bfingerprint\d*\(/.test(code) ? ['cursors.fingerprint'] : [];
  const pages = calls.includes('views.page') ? [...indexes, ...planned] : [];
  return new Set([...calls.filter((call) => call !== 'views.page'), ...pages, ...prints]);
}
