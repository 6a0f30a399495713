import { useNavigate } from '@tanstack/react-router';
import styles from './shell.module.css';

type Properties = { readonly account: string; readonly accounts: readonly string[] };

/** A choice of the other accounts of the token. Each leads to the overview of that account. */
export function AccountSwitcher({ account, accounts }: Properties) {
  const navigate = useNavigate();
  return (
    <select
      className={styles.account}
      aria-label="Account"
      value={account}
      onChange={({ target }) => void navigate({ to: '/a/$account', params: { account: target.value } })}
    >
      {accounts.map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  );
}
