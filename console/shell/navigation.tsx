import { Link } from '@tanstack/react-router';
import { usePulse } from '../pulse/pulse.tsx';
import { NAVIGATION } from './pages.ts';
import styles from './shell.module.css';

export function Navigation({ account }: { readonly account: string }) {
  const { stats } = usePulse();
  return (
    <nav aria-label="Pages">
      <ul className={styles.navigation}>
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
