import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPORT = /^(?:import|export)\s[\w\s{},*$]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

type Rule = {
  /** The files that the rule applies to: those below this folder. */
  readonly area: string;
  /** What they may import: files below these folders, single files, and packages by name. */
  readonly may: readonly string[];
};

const ANY_PACKAGE = '*';
const functionsIn = (...folders: readonly string[]): readonly string[] => folders.map((name) => `functions/${name}/`);

/**
 * A folder of `functions/` that may import itself and these folders, in addition to those that every folder may import.
 */
const folder = (name: string, ...others: readonly string[]): Rule => ({
  area: `functions/${name}/`,
  may: [...functionsIn(name, ...others, 'domain', 'ports', 'runtime'), ANY_PACKAGE],
});

/** Steps that several functions share. */
const STEPS = ['streams', 'queries', 'queueing', 'sharing', 'credential-login', 'deliveries'];

/** Shared parts of the console: all its folders but the pages. */
const CONSOLE_PARTS = globSync('console/*/', { cwd: ROOT })
  .filter((path) => !/\/(?:pages|dist|public)$/.test(path))
  .map((path) => `${path}/`);

/** The headers of the console's files, for the code that serves them. */
const CONSOLE_HEADERS = 'console/security-headers.ts';

/** The first rule whose area holds a file decides. */
const RULES: readonly Rule[] = [
  { area: 'functions/domain/schedule/', may: [...functionsIn('domain'), 'zod', 'croner'] },
  { area: 'functions/domain/', may: [...functionsIn('domain'), 'zod'] },
  { area: 'functions/ports/', may: [...functionsIn('domain', 'ports'), 'zod'] },
  {
    area: 'functions/adapters/',
    may: [...functionsIn('domain', 'ports', 'adapters'), 'functions/runtime/metrics.ts', ANY_PACKAGE],
  },
  { area: 'functions/runtime/', may: [...functionsIn('domain', 'runtime'), ANY_PACKAGE] },
  {
    area: 'functions/webhooks/providers/',
    may: [
      ...functionsIn('domain', 'webhooks/providers'),
      ...['zod', 'jose', 'standardwebhooks', 'node:crypto', 'node:zlib'],
    ],
  },
  folder('streams'),
  folder('queueing'),
  folder('sharing'),
  folder('credential-login'),
  folder('queries', 'sharing'),
  folder('deliveries', 'streams', 'queries'),
  folder('http'),
  folder('api', 'http', 'webhooks/providers', ...STEPS),
  ...['projector', 'counters', 'dispatcher', 'sweeper', 'retention', 'bulk', 'webhooks', 'worker'].map((name) =>
    folder(name, ...STEPS),
  ),
  folder('upkeep', 'projector', ...STEPS),
  { area: 'functions/handlers/', may: ['functions/', ANY_PACKAGE] },
  // The template is made from the routes and the table definitions that the functions use.
  { area: 'lib/', may: ['lib/', ...functionsIn('domain', 'http', 'adapters/dynamodb'), CONSOLE_HEADERS, ANY_PACKAGE] },
  { area: 'local/', may: ['local/', ...functionsIn('domain'), CONSOLE_HEADERS, ANY_PACKAGE] },
  { area: 'cli/', may: ['cli/', 'client/', ANY_PACKAGE] },
  ...globSync('console/pages/*/', { cwd: ROOT }).map((page) => ({
    area: `${page}/`,
    may: [...CONSOLE_PARTS, `${page}/`, 'client/', ANY_PACKAGE],
  })),
  { area: 'console/routes.tsx', may: ['console/', 'client/', ANY_PACKAGE] },
  { area: 'console/', may: [...CONSOLE_PARTS, 'console/routes.tsx', 'client/', ANY_PACKAGE] },
  { area: 'bench/', may: ['bench/', 'functions/', 'lib/', 'local/', 'test/', ANY_PACKAGE] },
  { area: 'bin/', may: ['functions/', 'lib/', 'local/', 'cli/', ANY_PACKAGE] },
];

/** A path in one of the source folders; anything else that does not begin with a dot is a package. */
const SOURCE = /^(functions|lib|local|bench|bin|cli|client|console|test)\//;

/** All source code but the tests. The client is generated in part, and checked by its own compiler settings. */
const sourceFiles = (): string[] =>
  globSync(['{functions,lib,local,bin,bench,cli,console}/**/*.ts', 'console/**/*.tsx'], {
    cwd: ROOT,
    exclude: ['console/dist/**'],
  });

/** `file → import` for every import that no rule allows, with paths from the root. */
function violations(file: string, source: string): string[] {
  const rule = RULES.find(({ area }) => file.startsWith(area));
  const isAllowed = (name: string): boolean =>
    rule?.may.some((each) => {
      if (each === name) return true;
      return SOURCE.test(name) ? each.endsWith('/') && name.startsWith(each) : each === ANY_PACKAGE;
    }) ?? false;
  return [...source.matchAll(IMPORT)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name))
    .filter((name) => !isAllowed(name))
    .map((name) => `${file} → ${name}`);
}

test('imports run from handlers to the steps of work to ports to the domain, and never back', () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(500);
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
  ['functions/worker/a.ts', "import { b } from '../adapters/sqs/b.ts';"],
  ['functions/worker/a.ts', "import { b } from '../api/b.ts';"],
  ['functions/streams/a.ts', "import { b } from '../http/b.ts';"],
  ['functions/api/jobs/a.ts', "import { b } from '../../adapters/dynamodb/b.ts';"],
  ['functions/new/a.ts', "import { b } from '../domain/job/b.ts';"],
  ['local/a.ts', "import { b } from '../functions/adapters/sqs/b.ts';"],
  ['bin/a.ts', "import { b } from '../test/fixtures/b.ts';"],
  ['cli/commands/a.ts', "import { b } from '../../functions/domain/b.ts';"],
  ['cli/a.ts', "import { b } from '../local/b.ts';"],
  ['functions/worker/a.ts', "import '../../local/b.ts';"],
  ['functions/worker/a.ts', "const b = await import('../../test/b.ts');"],
  ['console/pages/overview/a.tsx', "import { b } from '../jobs/b.tsx';"],
  ['console/table/a.tsx', "import { b } from '../pages/jobs/b.tsx';"],
  ['console/shell/a.tsx', "import { b } from '../../functions/domain/b.ts';"],
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

test('no source file has more than 300 lines or an empty name such as utils', () => {
  const files = sourceFiles();
  const lines = (file: string): number => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
  expect(files.filter((file) => lines(file) > 300)).toEqual([]);
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|manager|misc|shared)(\/|\.tsx?$)/.test(file))).toEqual(
    [],
  );
});

const APPENDS = /\.append\(/;
/** A loop that is counted by attempts. */
const RETRIES = /\b(?:for|while)\b.*\b(?:attempt|tries|round)s?\b.*[{]$|\bretries\(\)|\bwithinRequest\(/im;
/** Loops that retry something other than a conflict of the event log. */
const OTHER_RETRIES = new Map([
  ['functions/api/accounts/quotas.ts', 'the row that counts what an account has'],
  ['functions/sharing/host-watch.ts', 'the row of a mail server'],
  ['functions/projector/project.ts', 'view rows with their counters'],
  ['functions/bulk/apply-chunk.ts', 'errors of a job of a bulk operation'],
  ['functions/worker/actions/mailboxes/rename-stored.ts', 'records of mailboxes'],
  ['functions/worker/actions/sync/add-mailbox.ts', 'records of mailboxes'],
  ['functions/worker/actions/sync/settle-moves.ts', 'records of mailboxes'],
  ['functions/worker/actions/sync/expunged.ts', 'records of mailboxes'],
]);

test('only the steps of streams/ append to the event log, and only they retry a conflict of it', () => {
  const files = globSync('functions/**/*.ts', { cwd: ROOT, exclude: ['functions/{streams,adapters,domain}/**'] });
  const having = (pattern: RegExp): string[] =>
    files.filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8'))).sort();
  expect(APPENDS.test('const appended = await ports.log.append([event]);')).toBe(true);
  for (const one of ['  for (let attempt = 0; attempt < TRIES; attempt += 1) {', '  while (tries < 3) {'])
    expect(one).toMatch(RETRIES);
  expect(files.length).toBeGreaterThan(200);
  expect(having(APPENDS)).toEqual([]);
  expect(having(RETRIES)).toEqual([...OTHER_RETRIES.keys()].sort());
});

test('no import leads in a circle', () => {
  const imports = new Map(
    sourceFiles().map((file) => [
      file,
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)]
        .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
        .filter((name) => name.startsWith('.'))
        .map((name) => normalize(join(dirname(file), name))),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  }
  for (const file of imports.keys()) visit(file, []);
  expect(circles).toEqual([]);
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
