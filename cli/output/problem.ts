/** What an error looks like: a sentence and its details for people, a problem document (RFC 9457) for scripts. */
import { ApiProblem, UnexpectedReply } from '../../client/index.ts';
import { SignInNeeded } from '../errors.ts';
import { jsonText, printable } from './text.ts';

/** The error as application/problem+json, on one line. */
export function problemJson(error: unknown): string {
  if (error instanceof ApiProblem) return jsonText(error.problem);
  const name = error instanceof Error ? error.name : 'Error';
  const code = name.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? '' : '_') + letter.toLowerCase());
  return jsonText({
    type: `urn:inboxctl:${code}`,
    title: name,
    ...(error instanceof UnexpectedReply ? { status: error.status } : {}),
    detail: messageOf(error),
    code,
  });
}

/** The error as lines for people. */
export function problemLines(error: unknown): string[] {
  const lines = [`error: ${printable(messageOf(error))}`];
  if (error instanceof ApiProblem) {
    const { errors = [], allowed_commands: allowed } = error.problem;
    lines.push(...errors.map(({ pointer, message }) => `  ${printable(pointer)}: ${printable(message)}`));
    if (allowed !== undefined) lines.push(`  possible now: ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}`);
    lines.push(`  ${error.code} (${error.status}), request ${error.requestId ?? 'unknown'}`);
  }
  if (error instanceof SignInNeeded || (error instanceof ApiProblem && error.status === 401))
    lines.push('  Sign in with: inboxctl login');
  return lines;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
