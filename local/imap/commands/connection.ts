import { bytesOf, string } from '../encode.ts';
import type { Handler } from '../session.ts';
import { wordOf } from '../tokens.ts';

export const capability: Handler = (session) => ({
  untagged: [`* CAPABILITY ${session.capabilities().join(' ')}`],
  status: 'OK Capability completed',
});

export const id: Handler = () => ({
  untagged: [`* ID ("name" ${string(bytesOf('inbox-manager local'))} "version" "1")`],
  status: 'OK ID completed',
});

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

export const noop: Handler = () => ({ status: 'OK Completed' });

export const logout: Handler = () => ({ untagged: ['* BYE Logging out'], status: 'OK Logout completed' });
