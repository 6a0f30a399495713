import { useQuery } from '@tanstack/react-query';
import { mailboxName } from '../../service/mailbox-name.ts';
import { mailboxNamesQuery } from '../../service/mailbox-names.tsx';
import { visibleText } from '../../text/visible-characters.ts';

type Properties = {
  readonly account: string;
  readonly value: string | undefined;
  readonly choose: (credential: string | undefined) => void;
  readonly selectRef?: React.RefObject<HTMLSelectElement | null>;
};

/** One mailbox of the account, or all. */
export function MailboxChoice({ account, value, choose, selectRef }: Properties) {
  const { data: names } = useQuery(mailboxNamesQuery(account));
  return (
    <select
      ref={selectRef}
      aria-label="Mailbox"
      value={value ?? ''}
      onChange={({ target }) => choose(target.value === '' ? undefined : target.value)}
    >
      <option value="">All mailboxes</option>
      {value !== undefined && names?.has(value) !== true && <option value={value}>{visibleText(value)}</option>}
      {[...(names?.values() ?? [])].map((credential) => (
        <option key={credential.id} value={credential.id}>
          {visibleText(mailboxName(credential) || credential.id)}
        </option>
      ))}
    </select>
  );
}
