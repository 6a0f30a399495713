import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * The command line of a running process, its arguments separated by blanks; empty when no process has this id. `proc`
 * is where Linux shows its processes. Systems without that folder (macOS) are asked with ps.
 */
export function commandLine(pid: number, proc = '/proc'): string {
  try {
    if (existsSync(proc)) return readFileSync(`${proc}/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
