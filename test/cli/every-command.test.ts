/** Every command of the program: its lines in a terminal, its JSON, and whether it asks before it sends. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { widthOf } from '../../cli/output/text.ts';
import { createProgram } from '../../cli/program.ts';
import { reference } from '../../cli/reference.ts';
import { exampleService, operationAt } from '../fixtures/api-examples.ts';
import { newHome, runInProcess } from '../fixtures/inboxctl-in-process.ts';

const SECRET = 'a-secret-that-nobody-may-see';
const FILE = '<new file>';
const BULK = ['--status', 'failed', '--reason', 'r', '--no-wait', '--yes'];

/** A command line for each command, and its exit code if it is not 0. */
const COMMANDS: readonly (readonly [command: string, options: readonly string[], code?: number])[] = [
  ['whoami', []],
  ['profile list', []],
  ['profile use', ['default']],
  ['profile set', ['default']],
  ['logout', []],
  ['jobs list', []],
  ['jobs get', ['job_a', '--why']],
  ['jobs events', ['job_a']],
  ['jobs stats', ['--by', 'host']],
  ['jobs watch', ['--timeout', '100ms'], 9],
  ['jobs retry', ['job_a', 'job_b']],
  ['jobs trigger', ['job_a']],
  ['jobs cancel', ['job_a']],
  ['jobs resolve', ['job_a']],
  ['jobs reopen', ['job_a']],
  ['jobs delete', ['job_a', '--yes']],
  ['jobs update', ['job_a', '--priority', '1']],
  ['bulk retry', BULK],
  ['bulk resolve', BULK],
  ['bulk trigger', BULK],
  ['bulk cancel', BULK],
  ['bulk delete', BULK],
  ['bulk list', []],
  ['bulk get', ['blk_a', '--items']],
  ['bulk abort', ['blk_a']],
  ['failures', []],
  ['failures groups', ['--by', 'action']],
  ['failures group', ['fgr_a']],
  ['failures mute', ['fgr_a']],
  ['failures unmute', ['fgr_a']],
  ['tasks list', []],
  ['tasks get', ['tsk_a']],
  ['tasks create', ['sync_messages', 'pc_a']],
  ['tasks update', ['tsk_a', '--priority', '1']],
  ['tasks delete', ['tsk_a', '--yes']],
  ['tasks pause', ['tsk_a']],
  ['tasks resume', ['tsk_a']],
  ['tasks trigger', ['tsk_a']],
  ['credentials list', []],
  ['credentials get', ['pc_a']],
  ['credentials add', ['imap.a.test', '--username', 'ann', '--secret-stdin']],
  ['credentials test', ['pc_a'], 8],
  ['credentials rotate', ['pc_a', '--username', 'ann', '--secret-stdin']],
  ['credentials update', ['pc_a', '--label', 'Sales']],
  ['credentials pause', ['pc_a']],
  ['credentials resume', ['pc_a']],
  ['credentials delete', ['pc_a', '--yes']],
  ['webhooks list', []],
  ['webhooks get', ['whk_a']],
  ['webhooks create', ['standard', 'sync_messages', '--credential', 'pc_a', '--secret-stdin']],
  ['webhooks update', ['whk_a', '--disable']],
  ['webhooks rotate', ['whk_a', '--secret-file', FILE, '--yes']],
  ['webhooks test', ['whk_a']],
  ['webhooks deliveries', ['whk_a']],
  ['webhooks delete', ['whk_a', '--yes']],
  ['sync', ['pc_a', '--no-wait']],
  ['mail folders', []],
  ['mail list', []],
  ['mail get', ['eml_a']],
  ['audit', []],
  ['account pause', ['--yes']],
  ['account resume', []],
  ['api', ['GET', 'me']],
];

/** Commands that need a browser, a stack or another program. Files of their own test them. */
const ELSEWHERE = ['login', 'demo', 'mcp', 'completion'];

const LONG = new Set([
  'host',
  'label',
  'reason',
  'note',
  'detail',
  'title',
  'path',
  'folder',
  'subject',
  'name',
  'key',
]);

/** Values that make lines as wide as they can be. */
function widest(name: string, value: unknown): unknown {
  if (typeof value === 'number') return 1_000_000;
  if (typeof value !== 'string') return value;
  if (LONG.has(name)) return `${value}${' and'.repeat(5)}${'-more'.repeat(40)}`;
  if (name === 'url') return `${value}/${'x'.repeat(150)}`;
  return /(^|_)code$/.test(name) ? 'credential_of_another_account' : value;
}

function inTerminal(columns: number): void {
  for (const [name, value] of Object.entries({ isTTY: true, columns })) {
    const former = Object.getOwnPropertyDescriptor(process.stdout, name);
    Object.defineProperty(process.stdout, name, { value, configurable: true });
    undo.push(() => {
      if (former === undefined) Reflect.deleteProperty(process.stdout, name);
      else Object.defineProperty(process.stdout, name, former);
    });
  }
}

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
  vi.restoreAllMocks();
});

/** Runs it with a profile if it needs one, and with the secret on standard input. */
async function run(command: string, options: readonly string[], service = exampleService()) {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Object.assign(Readable.from([SECRET]), process.stdin));
  const environment = { XDG_CONFIG_HOME: newHome() };
  if (/^(profile|logout)/.test(command))
    await runInProcess(['profile', 'set', 'default', '--account', 'acc_demo'], service, environment);
  const file = join(newHome(), 'secret');
  const words = [...command.split(' '), ...options.map((option) => (option === FILE ? file : option))];
  return runInProcess(words, service, environment);
}

it('the list has every command of the program', () => {
  const all = [...reference(createProgram().program).matchAll(/^### inboxctl (.+)$/gm)].map(([, name]) => name);
  expect([...COMMANDS.map(([name]) => name), ...ELSEWHERE].toSorted()).toEqual(all.toSorted());
});

const CASES = COMMANDS.map(([command, options, code = 0]) => ({ command, options, code }));

describe.each(CASES)('inboxctl $command', ({ command, options, code }) => {
  it('in a terminal of 80 columns prints no wider line, whatever the values are', async () => {
    inTerminal(80);
    const shown = await run(command, [...options, '--no-color'], exampleService(widest));
    expect(shown.code, shown.stderr).toBe(code);
    expect(shown.stdout.split('\n').filter((line) => widthOf(line) > 80)).toEqual([]);
  });

  it('piped prints text without colours, and with --json only JSON; neither has a secret', async () => {
    const piped = await run(command, options);
    const json = await run(command, [...options, '--json']);
    expect([piped.code, json.code]).toEqual([code, code]);
    expect(piped.stdout).not.toContain('\u001b');
    const documents = command === 'jobs watch' ? json.stdout.trimEnd().split('\n') : [json.stdout];
    for (const each of documents) expect(() => JSON.parse(each), each).not.toThrow();
    expect(json.stderr === '' || JSON.parse(json.stderr)).toBeTruthy();
    for (const { stdout, stderr } of [piped, json]) expect(stdout + stderr).not.toContain(SECRET);
  });
});

it.each(CASES.filter(({ options }) => options.includes('--yes')))(
  'inboxctl $command sends no command without consent, and exits with 3',
  async ({ command, options }) => {
    const { code, stdout, stderr, sent } = await run(
      command,
      options.filter((option) => option !== '--yes'),
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('Nothing was sent. Repeat it with --yes');
    const commands = sent.filter(({ method, body }) => method !== 'GET' && !body.includes('"dry_run":true'));
    expect(commands.map(({ method, url }) => operationAt(method, url.pathname))).toEqual([]);
  },
);
