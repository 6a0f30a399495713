import { useEffect, useSyncExternalStore } from 'react';
import { resolveKey } from './keymap.ts';

export type KeyBinding = {
  /** A key as KeyboardEvent.key names it, or a sequence such as `g j`. */
  readonly keys: string;
  /** The action of the key, for the help. */
  readonly label: string;
  readonly run: () => void;
};

const PREFERENCE = 'single-key-shortcuts';
const registered = new Set<KeyBinding>();
const listeners = new Set<() => void>();
let leader: string | null = null;
let isOn = readPreference();

function readPreference(): boolean {
  return localStorage.getItem(PREFERENCE) !== 'off';
}

function notify(): void {
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Single keys can be switched off (WCAG 2.1.4). The choice is kept in this browser. */
export function switchKeys(on: boolean): void {
  isOn = on;
  if (on) localStorage.removeItem(PREFERENCE);
  else localStorage.setItem(PREFERENCE, 'off');
  notify();
}

export const useKeysAreOn = (): boolean => useSyncExternalStore(subscribe, () => isOn);

let shown: readonly KeyBinding[] = [];
/** All bindings of the page that is open, for the help. */
export function useBindings(): readonly KeyBinding[] {
  return useSyncExternalStore(subscribe, () => {
    const next = [...registered];
    if (next.length !== shown.length || next.some((each, index) => each !== shown[index])) shown = next;
    return shown;
  });
}

/**
 * Keys of a component while it is mounted. The binding that was registered last wins. Keep the array stable (useMemo).
 */
export function useKeys(bindings: readonly KeyBinding[]): void {
  useEffect(() => {
    for (const binding of bindings) registered.add(binding);
    notify();
    return () => {
      for (const binding of bindings) registered.delete(binding);
      notify();
    };
  }, [bindings]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])'));

function onKeyDown(event: KeyboardEvent): void {
  if (!isOn || event.defaultPrevented || document.querySelector('dialog[open], [role="dialog"]') !== null) return;
  const modified = event.ctrlKey || event.altKey || event.metaKey;
  const resolved = resolveKey({ key: event.key, modified, typing: isTyping(event.target) }, leader);
  leader = resolved.leader;
  const binding = [...registered].reverse().find(({ keys }) => keys === resolved.binding);
  if (binding === undefined) return;
  event.preventDefault();
  binding.run();
}

/** Called once, before the first page. */
export function listenForKeys(): void {
  document.addEventListener('keydown', onKeyDown);
}
