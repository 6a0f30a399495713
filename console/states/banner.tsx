import type { ReactNode } from 'react';
import styles from './states.module.css';

type Properties = {
  readonly tone: 'warn' | 'bad' | 'quiet';
  readonly children: ReactNode;
  readonly action?: { readonly label: string; readonly run: () => void };
};

/** A message over the page that stays until its cause has gone. Screen readers read it when it appears. */
export function Banner({ tone, children, action }: Properties) {
  return (
    <div className={styles.banner} data-tone={tone} role="status">
      <span>{children}</span>
      {action !== undefined && (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  );
}
