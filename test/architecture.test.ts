import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPORT = /^(?:import|export)\s[\w\s{},*$]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

/** What files of an area may import: the first area whose pattern fits a file decides. Packages stand by name. */
const RULES: readonly { readonly area: RegExp; readonly may: RegExp }[] = [
  { area: /^functions\/domain\/schedule\//, may: /^(functions\/domain\/|(zod|croner)$)/ },
  { area: /^functions\/domain\//, may: /^(functions\/domain\/|zod$)/ },
  { area: /^functions\/ports\//, may: /^(functions\/(domain|ports)\/|zod$)/ },
  {
    area: /^functions\/adapters\//,
    may: /^(functions\/(domain|ports|adapters)\/|functions\/runtime\/metrics\.ts$|(?!functions|lib|local|test|bin)[^/.])/,
  },
  {
    area: /^functions\/runtime\//,
    may: /^(functions\/(domain|ports|runtime|api\/routes\.ts)|(?!functions|lib|local|test|bin)[^/.])/,
  },
  {
    area: /^functions\/webhooks\/providers\//,
    may: /^(functions\/(domain|webhooks\/providers)\/|(zod|jose|standardwebhooks|node:crypto|node:zlib)$)/,
  },
  { area: /^functions\//, may: /^(functions\/|(?!lib\/|local\/|test\/|bin\/)[^/.])/ },
  {
    area: /^lib\//,
    may: /^(lib\/|functions\/(api\/routes|adapters\/dynamodb\/tables|domain\/failure\/catalogue|domain\/limits\/settings|domain\/metrics\/catalogue|domain\/network\/secure-url|domain\/text\/did-you-mean)\.ts$|(?!functions|local|test|bin)[^/.])/,
  },
];

/** `file → import` for every import that points the wrong way; paths from the repository's root. */
function violations(file: string, source: string): string[] {
  const rule = RULES.find(({ area }) => area.test(file));
  return [...source.matchAll(IMPORT)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name))
    .filter((name) => rule !== undefined && !rule.may.test(name))
    .map((name) => `${file} → ${name}`);
}

test('imports run from handlers to adapters to ports to the domain, and never back', () => {
  const files = globSync(['functions/**/*.ts', 'lib/**/*.ts'], { cwd: ROOT });
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((file) => violations(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test.each([
  ['functions/domain/job/a.ts', "import { b } from '../../ports/b.ts';"],
  ['functions/domain/job/a.ts', "import { randomUUID } from 'node:crypto';"],
  ['functions/ports/a.ts', "import type { b } from '../adapters/sqs/b.ts';"],
  ['functions/adapters/sqs/a.ts', "import {\n  b,\n} from '../../worker/b.ts';"],
  ['functions/adapters/sqs/a.ts', "export * from '../../runtime/b.ts';"],
  ['functions/webhooks/providers/a.ts', "import { b } from '../../ports/b.ts';"],
  ['functions/webhooks/providers/a.ts', "import { b } from '../receive.ts';"],
  ['functions/webhooks/providers/a.ts', "import { request } from 'node:https';"],
  ['functions/worker/a.ts', "import '../../local/b.ts';"],
  ['functions/worker/a.ts', "const b = await import('../../test/b.ts');"],
  ['lib/stacks/a.ts', "import { b } from '../../functions/worker/b.ts';"],
])('%s may not say %j', (file, source) => {
  expect(violations(file, source)).toHaveLength(1);
});

test('the domain and the webhook providers hold no clock and no randomness', () => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bprocess\.|\bfetch\(|\bsetTimeout\(/;
  const files = globSync(['functions/domain/**/*.ts', 'functions/webhooks/providers/*.ts'], { cwd: ROOT });
  expect(impure.test('const at = Date.now();')).toBe(true);
  expect(files.filter((file) => impure.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test('no test has a time limit of its own: a slow machine must not fail one', () => {
  const limit =
    /\btimeout: \d|\bsetConfig\(|\bAbortSignal\.timeout\(|\},\s*\d[\d_]{2,},?\s*\);?$|^(?:before|after)(?:All|Each)\(.*, [\d_]{3,}\)/m;
  for (const one of ["it('a', async () => {\n}, 20_000);", 'afterAll(() => stop(), 5_000);', '{ timeout: 300 }, async'])
    expect(one).toMatch(limit);
  const files = globSync('test/**/*.ts', { cwd: ROOT }).filter((file) => file !== 'test/architecture.test.ts');
  expect(files.length).toBeGreaterThan(150);
  expect(files.filter((file) => limit.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
