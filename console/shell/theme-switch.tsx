import { useState } from 'react';
import styles from './shell.module.css';

const KEY = 'theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const stored = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

/**
 * Applies the theme that this browser keeps. Called before the first page is shown, so that its colours do not change.
 */
export function applyTheme(theme: Theme = stored()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState(stored);
  const choose = (next: Theme): void => {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <select
      className={styles.theme}
      aria-label="Theme"
      value={theme}
      onChange={({ target }) => choose(THEMES.find((each) => each === target.value) ?? 'system')}
    >
      <option value="system">System theme</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}
