import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type KeyBinding, useKeys } from '../keyboard/use-keys.ts';
import { OfflineBanner } from '../pulse/offline-banner.tsx';
import { PulseProvider, usePulse } from '../pulse/pulse.tsx';
import { UnusedNotice } from '../search-parameters/unused-notice.tsx';
import { useWho } from '../service/who.ts';
import { ExpiredBanner } from '../session/expired-banner.tsx';
import { signOut } from '../session/session.ts';
import { SignedOut } from '../session/signed-out.tsx';
import { useSession } from '../session/use-session.ts';
import { Empty } from '../states/states.tsx';
import { AccountSwitcher } from './account-switcher.tsx';
import { Help } from './help.tsx';
import { LiveSwitch } from './live-switch.tsx';
import { Navigation } from './navigation.tsx';
import { NAVIGATION } from './pages.ts';
import styles from './shell.module.css';
import { ThemeSwitch } from './theme-switch.tsx';

/** The frame of all pages of an account. */
export function Shell() {
  const { account } = useParams({ from: '/a/$account' });
  const session = useSession();
  const who = useWho();
  if (session === 'signed-out') return <SignedOut />;
  if (!who.accounts.some(({ id }) => id === account))
    return (
      <Empty title="This account is not one of yours">
        <a href="/">Go to one of yours</a>
      </Empty>
    );
  return (
    <PulseProvider key={account} account={account}>
      <Frame account={account} />
    </PulseProvider>
  );
}

function Frame({ account }: { readonly account: string }) {
  const who = useWho();
  const { isFrozen, freeze } = usePulse();
  const [isHelpOpen, openHelp] = useState(false);
  const navigate = useNavigate();
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      ...NAVIGATION.map(({ to, label, key }) => ({
        keys: `g ${key}`,
        label: `Go to ${label.toLowerCase()}`,
        run: () => void navigate({ to, params: { account } }),
      })),
      { keys: '.', label: 'Freeze, or go live again', run: () => freeze(!isFrozen) },
      { keys: '?', label: 'Show this help', run: () => openHelp(true) },
    ],
    [account, isFrozen, freeze, navigate],
  );
  useKeys(keys);
  const { paused } = who.accounts.find(({ id }) => id === account) ?? { paused: false };
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.side}>
        <p className={styles.product}>inbox-manager</p>
        <AccountSwitcher account={account} accounts={who.accounts.map(({ id }) => id)} />
        <Navigation account={account} />
        <div className={styles.foot}>
          <LiveSwitch />
          <ThemeSwitch />
          <button type="button" className={styles.plain} onClick={() => openHelp(true)}>
            Help <kbd>?</kbd>
          </button>
          <p className={styles.who}>
            <bdi>{who.uid}</bdi> · {who.role}
          </p>
          <button type="button" className={styles.plain} onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <ExpiredBanner />
        <OfflineBanner />
        <UnusedNotice />
        {paused && <p className={styles.paused}>This account is paused: none of its jobs start.</p>}
        <Outlet />
      </main>
      <Help isOpen={isHelpOpen} close={() => openHelp(false)} />
    </div>
  );
}
