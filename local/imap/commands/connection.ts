import { bytesOf, string } from '../encode.ts';
import type { Handler } from '../session.ts';
import { wordOf } from '../tokens.ts';

/** CAPABILITY (RFC 9051 section 6.1.1). */
export const capability: Handler = (session) => ({
  untagged: [`* CAPABILITY ${session.capabilities().join(' ')}`],
  status: 'OK Capability completed',
});

/** ID (RFC 2971). */
export const id: Handler = () => ({
  untagged: [`* ID ("name" ${string(bytesOf('inbox-manager local'))} "version" "1")`],
  status: 'OK ID completed',
});

/** NAMESPACE (RFC 2342): one personal namespace. */
export const namespace: Handler = () => ({
  untagged: ['* NAMESPACE (("" "/")) NIL NIL'],
  status: 'OK Namespace completed',
});

const known = new Set(['CONDSTORE']);

/** RFC 5161: lists the extensions enabled by this command; unknown ones are left out without an error. */
export const enable: Handler = (session, args) => {
  const enabled = args.map(wordOf).filter((name) => known.has(name) && session.capabilities().includes(name));
  for (const name of enabled) session.enabled.add(name);
  return { untagged: [['* ENABLED', ...enabled].join(' ')], status: 'OK Enabled' };
};

/** Answers OK without any other effect (NOOP, RFC 9051 section 6.1.2). */
export const noop: Handler = () => ({ status: 'OK Completed' });

/** LOGOUT (RFC 9051 section 6.1.3). */
export const logout: Handler = () => ({ untagged: ['* BYE Logging out'], status: 'OK Logout completed' });
