import { useState } from 'react';
import styles from './jobs.module.css';

/** Starts the list at a time: it shows the jobs that were made before that time. `jump` gets an ISO instant. */
export function JumpToTime({ jump }: { readonly jump: (until: string) => void }) {
  const [time, setTime] = useState('');
  return (
    <form
      className={styles.jump}
      onSubmit={(event) => {
        event.preventDefault();
        // The control gives the time in the viewer's zone, and `new Date` reads it so.
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
