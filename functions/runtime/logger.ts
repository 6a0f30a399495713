import { Logger } from '@aws-lambda-powertools/logger';

/** JSON lines for CloudWatch. Log fields are listed one by one: never a body, a secret, an address or a subject. */
export const logger = new Logger({ serviceName: 'inbox-manager-jobs' });

/** The loggable part of an unknown error: its name and stack frames, not its message, which may quote input. */
export function errorFields(error: unknown): { error_name: string; error_stack: string } {
  if (!(error instanceof Error)) return { error_name: typeof error, error_stack: '' };
  // The stack begins with the message. It is removed completely, because one of its lines may look like a frame.
  const stack = error.stack ?? '';
  const message = stack.indexOf(error.message);
  if (message < 0) return { error_name: error.name, error_stack: '' };
  const frames = stack
    .slice(message + error.message.length)
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '));
  return { error_name: error.name, error_stack: frames.slice(0, 12).join('\n') };
}
