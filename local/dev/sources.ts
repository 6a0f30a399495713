import { watch } from 'node:fs';
import { join } from 'node:path';

/** `functions`: the running stack can load the change. `stack`: the stack must be restarted. */
export type Change = 'functions' | 'stack';

const FOLDERS = ['functions', 'lib', 'config', 'local'];
/** Editors write a file in several steps; a change is reported this long after the last one. */
const SETTLED_MS = 150;

/** The effect of a changed file, by its path from the root of the project; null: none. */
export function changeOf(path: string): Change | null {
  if (!/^[^.~].*\.(?:ts|json)$/.test(path.split(/[/\\]/).at(-1) ?? '')) return null;
  const [folder = ''] = path.split(/[/\\]/);
  if (!FOLDERS.includes(folder)) return null;
  return folder === 'functions' ? 'functions' : 'stack';
}

/**
 * Calls `onChange` shortly after files have changed, once for simultaneous changes. Returns a function that stops it.
 */
export function watchSources(root: string, onChange: (change: Change, path: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let change: Change | null = null;
  const note = (path: string): void => {
    const next = changeOf(path);
    if (next === null) return;
    if (change !== 'stack') change = next;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const settled = change;
      change = null;
      if (settled !== null) onChange(settled, path);
    }, SETTLED_MS);
  };
  const watchers = FOLDERS.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_, name) => note(join(folder, name ?? ''))),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
