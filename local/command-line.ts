import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * The command line of a running process, its arguments separated by spaces; empty when no process has this id. It is
 * read from `proc`, where Linux lists its processes, or from `ps` on systems without it (macOS).
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
