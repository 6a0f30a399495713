import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { usePulse } from '../pulse/pulse.tsx';
import { NAVIGATION } from './pages.ts';
import styles from './shell.module.css';

export function Navigation({ account }: { readonly account: string }) {
  const { stats } = usePulse();
  const list = useRef<HTMLUListElement>(null);
  const { pathname } = useLocation();
  // On a phone the list scrolls to the side.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path has another link of the open page
  useEffect(() => {
    const open = list.current?.querySelector('[aria-current="page"]');
    open?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <nav aria-label="Pages">
      <ul ref={list} className={styles.navigation}>
        {NAVIGATION.map(({ to, label, red }) => {
          const count = stats === null ? 0 : (red?.count(stats) ?? 0);
          return (
            <li key={to}>
              <Link
                to={to}
                params={{ account }}
                className={styles.link}
                activeOptions={{ exact: to === '/a/$account', includeSearch: false }}
              >
                {label}
                {count > 0 && (
                  <span className={styles.count}>
                    {count.toLocaleString()}
                    <span className={styles.unseen}> {red?.what}</span>
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
