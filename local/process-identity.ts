import { readFileSync } from 'node:fs';

/**
 * A running process by its id and the moment it was started, since an id is used again; null when none runs under
 * this id. Without /proc (not Linux) the id alone must do.
 */
export function processIdentity(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 1) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null;
  }
  try {
    // proc(5): field 22 of stat is the start time; field 2, the name, stands in parentheses and may hold blanks.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? null : `${pid} ${fields[18]}`;
  } catch {
    return String(pid);
  }
}
