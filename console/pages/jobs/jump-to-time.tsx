import { useState } from 'react';
import styles from './jobs.module.css';

/** Begins the list at a time: with the jobs that were made before it. `jump` gets an ISO instant. */
export function JumpToTime({ jump }: { readonly jump: (until: string) => void }) {
  const [time, setTime] = useState('');
  return (
    <form
      className={styles.jump}
      onSubmit={(event) => {
        event.preventDefault();
        // The control has the time of the viewer's zone, as `new Date` takes it.
        const at = new Date(time);
        if (!Number.isNaN(at.getTime())) jump(at.toISOString());
      }}
    >
      <label>
        Jump to time{' '}
        <input type="datetime-local" required value={time} onChange={({ target }) => setTime(target.value)} />
      </label>
      <button type="submit">Jump</button>
    </form>
  );
}
