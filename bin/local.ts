import { fileURLToPath } from 'node:url';
import { fillDemo } from '../cli/demo/in-background.ts';
import { banner } from '../local/banner.ts';
import { Complaint } from '../local/complaint.ts';
import { buildConsole } from '../local/console/build.ts';
import { consoleFiles } from '../local/console/files.ts';
import { hotConsole } from '../local/console/hot.ts';
import type { OpenConsole } from '../local/console/pages.ts';
import { DEMO_ACCOUNT, startDemo, startDemoMail } from '../local/demo.ts';
import { RELOAD, type StackReport } from '../local/dev/supervisor.ts';
import { readOptions } from '../local/options.ts';
import { type Stack, startStack } from '../local/stack.ts';

const start = performance.now();
const stops: (() => Promise<void>)[] = [];
let stopping = false;

async function stop(code: number): Promise<never> {
  if (stopping) process.exit(130);
  stopping = true;
  for (const undo of stops.splice(0).reverse()) await undo();
  process.exit(code);
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** The console of `npm run dev` reloads changes. That of `npm start` is built while the stack starts. */
function consoleOf(): OpenConsole {
  if (process.send !== undefined) return hotConsole(root);
  const building = buildConsole(root, console.log);
  // A rejection before the stack asks for it is not lost: the stack awaits the same promise.
  building.catch(() => {});
  return async (_, issuer) => consoleFiles(await building, issuer);
}

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

/** Reports to the process of `npm run dev`, if that started this one. */
const report = (what: StackReport): void => void process.send?.(what);

async function reload(stack: Stack): Promise<void> {
  try {
    report(await stack.reload());
  } catch (error) {
    console.error(error instanceof Complaint ? error.message : error);
    report('kept');
  }
}

process.on('disconnect', () => {
  if (!stopping) void stop(0);
});

try {
  const options = readOptions(process.argv.slice(2));
  console.log('Starting the embedded stack …');
  const stack = await startStack({
    ...options,
    console: consoleOf(),
    onLost(complaint) {
      if (stopping) return;
      console.error(complaint.message);
      void stop(1);
    },
  });
  stops.push(stack.stop);
  if (process.send !== undefined)
    process.on('message', (message) => {
      if (message === RELOAD) void reload(stack);
    });
  const mail = await startDemoMail(stack);
  stops.push(mail.close);
  const demo = options.demo ? await startDemo(stack, mail) : null;
  stack.ready();
  const token = await stack.token({ accounts: [DEMO_ACCOUNT], role: 'owner', uid: 'demo' });
  console.log(banner(stack.url, token, demo, (performance.now() - start) / 1000));
  report('ready');
  if (demo !== null) stops.push(fillDemo(stack.url, token, (sentence) => console.error(sentence)));
} catch (error) {
  console.error(error instanceof Complaint ? error.message : error);
  await stop(1);
}
