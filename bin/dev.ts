import { fileURLToPath } from 'node:url';
import { watchSources } from '../local/dev/sources.ts';
import { supervise } from '../local/dev/supervisor.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line: string): void => console.log(line);
const stack = supervise(fileURLToPath(new URL('local.ts', import.meta.url)), process.argv.slice(2), say);
const unwatch = watchSources(root, (change, path) => {
  say(`Changed: ${path}`);
  void stack.changed(change);
});

async function stop(): Promise<void> {
  unwatch();
  await stack.stop();
  process.exit(0);
}

process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
