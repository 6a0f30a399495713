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
        {NAVIGATION.map(({ to, label, count }) => {
          const red = stats === null ? 0 : count(stats);
          return (
            <li key={to}>
              <Link
                to={to}
                params={{ account }}
                className={styles.link}
                activeOptions={{ exact: to === '/a/$account', includeSearch: false }}
              >
                {label}
                {red > 0 && (
                  <span className={styles.count}>
                    {red.toLocaleString()}
                    <span className={styles.unseen}> failed</span>
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
