import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  FunctionError,
  type FunctionSettings,
  functionPool,
  type ReloadablePool,
} from '../../../local/lambda/function-pool.ts';

const SOURCE = `
let calls = 0;
export async function handler(event, context) {
  calls += 1;
  if (event.do === 'throw') throw new TypeError('no');
  if (event.do === 'crash') setImmediate(() => { throw new Error('crashed'); });
  if (event.do === 'crash' || event.do === 'hang') await new Promise(() => {});
  if (event.do === 'say') console.log('said ' + event.what);
  if (event.do === 'meet') {
    await fetch(event.url);
  }
  return { calls, name: process.env.MY_NAME, home: process.env.HOME ?? null, left: context.getRemainingTimeInMillis(), id: context.awsRequestId };
}`;

let folder: string;
const pools: ReloadablePool[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
  writeFileSync(join(folder, 'index.mjs'), SOURCE);
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pool(
  more: Partial<Pick<FunctionSettings, 'timeoutMs' | 'lateMs' | 'most' | 'patienceMs' | 'idleMs' | 'sourceMaps'>> & {
    log?: string;
    folder?: string;
  } = {},
): ReloadablePool {
  const made = functionPool({
    name: 'Test',
    assetDirectory: more.folder ?? folder,
    handlerName: 'index.handler',
    timeoutMs: more.timeoutMs ?? 300_000,
    lateMs: more.lateMs ?? 0,
    memoryMb: 128,
    environment: { MY_NAME: 'mine' },
    log: createWriteStream(more.log ?? join(folder, 'log')),
    most: more.most ?? 2,
    patienceMs: more.patienceMs ?? 0,
    idleMs: more.idleMs ?? 300_000,
    compiledDirectory: join(more.folder ?? folder, 'compiled'),
    sourceMaps: more.sourceMaps ?? false,
  });
  pools.push(made);
  return made;
}

describe('a function of the embedded stack', () => {
  it('has its own environment variables and none of the stack’s', async () => {
    expect(await pool().invoke({})).toMatchObject({ name: 'mine', home: null });
  });

  it('keeps its environment between invocations', async () => {
    const fn = pool();
    await fn.invoke({});
    expect(await fn.invoke({})).toMatchObject({ calls: 2 });
  });

  it('ends an environment that was idle for the idle time', async () => {
    const fn = pool({ idleMs: 1 });
    await fn.invoke({});
    await expect.poll(() => fn.invoke({})).toMatchObject({ calls: 1 });
  });

  it('loads its bundle at its first invocation', async () => {
    const later = join(folder, 'later');
    const fn = pool({ folder: later });
    mkdirSync(later);
    writeFileSync(join(later, 'index.mjs'), SOURCE);
    expect(await fn.invoke({})).toMatchObject({ calls: 1 });
  });

  it('fails an invocation that throws, and continues in the same environment', async () => {
    const fn = pool();
    await expect(fn.invoke({ do: 'throw' })).rejects.toThrow('Test threw TypeError');
    expect(await fn.invoke({})).toMatchObject({ calls: 2 });
  });

  it('replaces an environment that crashed', async () => {
    const fn = pool();
    await expect(fn.invoke({ do: 'crash' })).rejects.toThrow(FunctionError);
    expect(await fn.invoke({})).toMatchObject({ calls: 1 });
  });

  it('ends an invocation at its timeout, and uses a new environment from then on', async () => {
    const fn = pool({ timeoutMs: 300 });
    await expect(fn.invoke({ do: 'hang' })).rejects.toThrow('Test timed out');
    // A busy machine may need longer for an invocation: each late invocation has got one more environment.
    await expect.poll(() => fn.invoke({}).catch(() => null)).toMatchObject({ calls: 1 });
  });

  it('ends an invocation later by the extra time, which the handler does not see', async () => {
    const fn = pool({ timeoutMs: 0, lateMs: 300_000 });
    expect(await fn.invoke({})).toMatchObject({ calls: 1, left: 0 });
  });

  it('runs at most its concurrency at once, and the others after them', async () => {
    const fn = pool({ most: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => fn.invoke({})));
    expect(answers).toMatchObject([{ calls: 1 }, { calls: 2 }, { calls: 3 }]);
  });

  it('runs a waiting invocation in the next free environment instead of a new one', async () => {
    const fn = pool({ patienceMs: 300_000 });
    const answers = await Promise.all([1, 2, 3].map(() => fn.invoke({})));
    expect(answers).toMatchObject([{ calls: 1 }, { calls: 2 }, { calls: 3 }]);
  });

  it('starts another environment for an invocation that has waited too long', async () => {
    const fn = pool({ patienceMs: 1 });
    await fn.invoke({});
    const hung = fn.invoke({ do: 'hang' }).catch(() => 'killed');
    expect(await fn.invoke({})).toMatchObject({ calls: 1 });
    await fn.kill();
    expect(await hung).toBe('killed');
  });

  it('stores its compiled code for the environments after it', async () => {
    const own = mkdtempSync(join(folder, 'own-'));
    writeFileSync(join(own, 'index.mjs'), SOURCE);
    await pool({ folder: own }).invoke({});
    await expect.poll(() => readdirSync(join(own, 'compiled'), { recursive: true }).length).toBeGreaterThan(1);
  });

  it.each([
    [true, 'handler.ts:1:'],
    [false, 'index.mjs:1:'],
  ])('with source maps %s names in a stack trace %s', async (sourceMaps, place) => {
    const mapped = mkdtempSync(join(folder, 'mapped-'));
    const map = { version: 3, sources: ['handler.ts'], names: [], mappings: 'AAAA' };
    writeFileSync(
      join(mapped, 'index.mjs'),
      `export const handler = async () => { throw new Error('no'); };\n//# sourceMappingURL=data:application/json;base64,${btoa(JSON.stringify(map))}`,
    );
    const log = join(mapped, 'log');
    await expect(pool({ folder: mapped, log, sourceMaps }).invoke({})).rejects.toThrow('Test threw Error');
    await expect.poll(() => readFileSync(log, 'utf8')).toContain(place);
  });

  it('writes its output to its log and nowhere else', async () => {
    const log = join(folder, 'said.log');
    const fn = pool({ log });
    await fn.invoke({ do: 'say', what: 'hello' });
    await expect.poll(() => readFileSync(log, 'utf8')).toContain('said hello');
  });

  it('runs a new bundle from the next invocation on; running invocations end with the old one', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'index.mjs'), "export const handler = async () => 'other';");
    const met = Promise.withResolvers<ServerResponse>();
    const server = createServer((_, response) => met.resolve(response)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const fn = pool();
    await fn.invoke({});
    const running = fn.invoke({ do: 'meet', url: `http://127.0.0.1:${Object(address).port}` });
    const response = await met.promise;
    fn.load(other);
    expect(await fn.invoke({})).toBe('other');
    response.end();
    expect(await running).toMatchObject({ calls: 2 });
    expect(await fn.invoke({})).toBe('other');
  });

  it('keeps its environment when the loaded bundle is unchanged', async () => {
    const fn = pool();
    await fn.invoke({});
    fn.load(folder);
    expect(await fn.invoke({})).toMatchObject({ calls: 2 });
  });
});
