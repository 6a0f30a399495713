import type { Schemas } from '../../client/index.ts';

type Named = Pick<Schemas['Credential'], 'label' | 'username_masked' | 'host'>;

/** `Sales · imap.example.com`. */
export const mailboxName = ({ label, username_masked: user, host }: Named): string =>
  [label ?? user, host].filter((part) => part !== null && part !== '').join(' · ');
