/** The whole command line: global options, all commands, and what happens at the end of each. */
import { Command, CommanderError } from 'commander';
import { pause } from '../client/transport.ts';
import type { Application, Run } from './command-line/application.ts';
import { flag, list, value } from './command-line/options.ts';
import { durationFrom, words } from './command-line/values.ts';
import { account } from './commands/account.ts';
import { api } from './commands/api.ts';
import { audit } from './commands/audit.ts';
import { bulk } from './commands/bulk.ts';
import { completion } from './commands/completion.ts';
import { credentials } from './commands/credentials.ts';
import { demo } from './commands/demo.ts';
import { failures } from './commands/failures.ts';
import { jobs } from './commands/jobs.ts';
import { mail } from './commands/mail.ts';
import { mcp } from './commands/mcp.ts';
import { signIn } from './commands/sign-in.ts';
import { sync } from './commands/sync.ts';
import { tasks } from './commands/tasks.ts';
import { webhooks } from './commands/webhooks.ts';
import { UsageError } from './errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { checkNames } from './output/fields.ts';
import { createOutput, type Output } from './output/output.ts';
import { problemJson, problemLines } from './output/problem.ts';
import { endSignal, openSession } from './session.ts';
import { VERSION } from './version.ts';

const RESOURCES = [
  signIn,
  jobs,
  bulk,
  failures,
  tasks,
  credentials,
  webhooks,
  sync,
  mail,
  audit,
  account,
  api,
  demo,
  mcp,
];

/** A timer of Node takes at most 2^31 - 1 milliseconds, and fires at once for more. */
const TIMEOUT = durationFrom(1, 2_073_600_000, 'from 1ms to 24d');

const LAST_WORDS_MS = 500;

type Globals = {
  readonly isJson: () => boolean;
  readonly isQuiet: () => boolean;
  readonly output: () => Output;
  readonly given: () => { api?: string | undefined; account?: string | undefined; profile?: string | undefined };
  readonly timeout: () => number | undefined;
  readonly fields: () => readonly string[] | undefined;
};

type Program = {
  readonly program: Command;
  readonly isJson: () => boolean;
  /** The help that commander would have written last. */
  readonly help: () => string;
  /** What the command has begun, by name: it is shown with an error. */
  readonly begun: ReadonlyMap<string, string>;
};

/** All commands, ready to parse a command line. */
export function createProgram(): Program {
  const program = new Command('inboxctl')
    .description('See, search and recover mailbox jobs from a terminal.')
    .version(VERSION, '--version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError(false)
    .showSuggestionAfterError(true);
  const globals = globalOptions(program);
  const begun = new Map<string, string>();
  const remember = (name: string, text: string | null): void =>
    void (text === null ? begun.delete(name) : begun.set(name, text));
  const app: Application = {
    isQuiet: globals.isQuiet,
    does: (command, run, known) =>
      void command.action(() => {
        if (known !== undefined) checkNames(typeof known === 'function' ? known() : known, globals.fields() ?? []);
        return perform(globals, run, command.args, remember);
      }),
  };
  for (const register of RESOURCES) register(program, app);
  completion(program);
  let help = '';
  const writeErr = (text: string): void => {
    help = text;
  };
  forAll(program, (command) => command.exitOverride().configureOutput({ writeErr }));
  return { program, isJson: globals.isJson, help: () => help, begun };
}

function globalOptions(program: Command): Globals {
  const json = flag(program, '--json', 'one JSON document; NDJSON for watch, -f and --all');
  const fields = list(program, '--fields <names>', 'only these fields, with commas', words);
  const profile = value(program, '--profile <name>', 'the profile to use (INBOXCTL_PROFILE)', words);
  const accountId = value(program, '--account <id>', 'the account, acc_… (INBOXCTL_ACCOUNT)', words);
  const url = value(program, '--api <url>', 'where the API is (INBOXCTL_API)', words);
  const noColour = flag(program, '--no-color', 'without colours (NO_COLOR)');
  const quiet = flag(program, '--quiet', 'no progress and no hints on stderr');
  const timeout = value(program, '--timeout <time>', 'end after 30s, 5m …; then exit with 9', TIMEOUT);
  return {
    isJson: json,
    isQuiet: quiet,
    timeout,
    fields,
    given: () => ({ api: url(), account: accountId(), profile: profile() }),
    output: () =>
      createOutput({
        stdout: process.stdout,
        stderr: process.stderr,
        isJson: json(),
        isQuiet: quiet(),
        hasColour: process.stdout.isTTY === true && !noColour() && !process.env.NO_COLOR,
        width: process.stdout.isTTY === true ? process.stdout.columns || 80 : null,
        fields: fields() ?? null,
      }),
  };
}

async function perform(
  { given, output, timeout }: Globals,
  run: Run,
  args: readonly string[],
  remember: (name: string, text: string | null) => void,
): Promise<void> {
  const { signal, release } = endSignal(timeout());
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const running = run(openSession(given(), output(), { signal, remember }, process.env), args);
  try {
    await Promise.race([running, ended]);
  } finally {
    // An interrupted command gets a short time to print what it has done. A command that waits for an answer of the
    // user would not end by itself.
    if (signal.aborted) await Promise.race([running.catch(() => undefined), pause(LAST_WORDS_MS, null)]);
    release();
  }
}

function forAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const each of command.commands) forAll(each, change);
}

const messageOf = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'Name a command. --help lists them.' : message.replace(/^error: /, '');

/** Runs a command line, and returns the exit code. Errors go to stderr. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const { program, isJson, help, begun } = createProgram();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const wantsJson = isJson() || args.includes('--json');
    const isIncomplete = error instanceof CommanderError && error.code === 'commander.help';
    if (isIncomplete && !wantsJson) {
      process.stderr.write(help());
      return EXIT.usage;
    }
    const shown = error instanceof CommanderError ? new UsageError(messageOf(error)) : error;
    process.stderr.write(`${wantsJson ? problemJson(shown, begun) : problemLines(shown, begun).join('\n')}\n`);
    return error instanceof CommanderError ? EXIT.usage : exitCodeOf(error);
  }
}
