import { type ReactNode, useEffect } from 'react';
import styles from './states.module.css';

type Properties = {
  readonly title: string;
  /** 2: the page is beside another page, whose heading is the first of the document. */
  readonly level?: 1 | 2;
  /** Beside the title: counts, filters of the whole page, actions. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

/** The frame of a page: its heading, which is also the title of the window. */
export function Page({ title, level = 1, aside, children }: Properties) {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · inbox-manager jobs`;
    return () => {
      document.title = before;
    };
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {level === 1 ? <h1 tabIndex={-1}>{title}</h1> : <h2 className={styles.second}>{title}</h2>}
        {aside}
      </header>
      {children}
    </div>
  );
}
