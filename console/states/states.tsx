/** The states that every list and every page has. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Schemas } from '../../client/index.ts';
import { dateAndTime } from '../dates/age.ts';
import styles from './states.module.css';

/** Reads that take less time than this show no sign of loading. */
const LOADING_AFTER_MS = 150;

export function Loading({ what }: { readonly what: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), LOADING_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className={styles.loading} role="status">
      {isShown && `Reading ${what} …`}
    </p>
  );
}

/** Shown when there are no rows. `children`: the next useful step. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{title}</p>
      {children}
    </div>
  );
}

/** Says that a read has not examined everything. Shows nothing if it has. */
export function Partial({ coverage }: { readonly coverage: Schemas['Coverage'] | null }) {
  if (coverage === null || coverage.complete) return null;
  return (
    <span className={styles.partial}>
      of {coverage.examined.toLocaleString()} examined
      {coverage.from !== null && `, back to ${dateAndTime(coverage.from)}`}
    </span>
  );
}
