import styles from './commands.module.css';
import { CopyButton } from './copy-button.tsx';

type Properties = {
  readonly label: string;
  /** What the open page shows, in other forms: a link, and the commands that read the same. */
  readonly forms: readonly { readonly name: string; readonly text: string }[];
};

export function CopyAs({ label, forms }: Properties) {
  return (
    <details className={styles.copy}>
      <summary>{label}</summary>
      <ul>
        {forms.map(({ name, text }) => (
          <li key={name}>
            <CopyButton text={text} what={name} />
          </li>
        ))}
      </ul>
    </details>
  );
}
