import { usePulse } from '../pulse/pulse.tsx';
import styles from './shell.module.css';

/** Live: the page follows the service. Frozen: nothing is read automatically, so nothing moves. */
export function LiveSwitch() {
  const { isFrozen, freeze } = usePulse();
  return (
    <button type="button" className={styles.live} aria-pressed={!isFrozen} onClick={() => freeze(!isFrozen)}>
      <span aria-hidden="true">{isFrozen ? '❄' : '●'}</span> {isFrozen ? 'Frozen' : 'Live'} <kbd>.</kbd>
    </button>
  );
}
