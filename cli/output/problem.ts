/** What an error looks like: a sentence and its details for people, a problem document (RFC 9457) for scripts. */
import { ApiProblem, UnexpectedReply } from '../../client/index.ts';
import { SignInNeeded, SomeFailed } from '../errors.ts';
import { jsonText, printable } from './text.ts';

/** What the command had begun when it ended, by name, like `bulk_id`. */
type Begun = ReadonlyMap<string, string>;

/** The error as application/problem+json, on one line. */
export function problemJson(error: unknown, begun: Begun = new Map()): string {
  return jsonText({ ...documentOf(error), ...Object.fromEntries(begun) });
}

function documentOf(error: unknown): object {
  if (error instanceof ApiProblem) return error.problem;
  const name = error instanceof Error ? error.name : 'Error';
  const code = name.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? '' : '_') + letter.toLowerCase());
  return {
    type: `urn:inboxctl:${code}`,
    title: name,
    ...(error instanceof UnexpectedReply ? { status: error.status } : {}),
    detail: messageOf(error),
    code,
    ...(error instanceof SomeFailed
      ? { problems: error.failures.map(({ id, error: each }) => ({ id, ...documentOf(each) })) }
      : {}),
  };
}

/** The error as lines for people. */
export function problemLines(error: unknown, begun: Begun = new Map()): string[] {
  const lines = [`error: ${printable(messageOf(error))}`];
  if (error instanceof SomeFailed)
    for (const { id, error: each } of error.failures) {
      const code = each instanceof ApiProblem ? ` (${each.code})` : '';
      lines.push(printable(`  ${id}: ${messageOf(each)}${code}`));
    }
  if (error instanceof ApiProblem) {
    const { errors = [], allowed_commands: allowed } = error.problem;
    lines.push(...errors.map(({ pointer, message }) => `  ${printable(pointer)}: ${printable(message)}`));
    if (allowed !== undefined) lines.push(`  possible now: ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}`);
    lines.push(`  ${error.code} (${error.status}), request ${error.requestId ?? 'unknown'}`);
  }
  if (error instanceof SignInNeeded || (error instanceof ApiProblem && error.status === 401))
    lines.push('  Sign in with: inboxctl login');
  for (const [name, value] of begun) lines.push(`  ${name}: ${printable(value)}`);
  return lines;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
