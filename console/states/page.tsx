import { type ReactNode, useEffect } from 'react';
import styles from './states.module.css';

type Properties = {
  readonly title: string;
  /** Beside the title: counts, filters of the whole page, actions. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

/** The frame of a page: its heading, which is also the title of the window. */
export function Page({ title, aside, children }: Properties) {
  useEffect(() => {
    document.title = `${title} · inbox-manager jobs`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {aside}
      </header>
      {children}
    </div>
  );
}
