import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Banner } from '../states/banner.tsx';
import { signInAgain } from './session.ts';
import { useSession } from './use-session.ts';

/** Shown over a page whose session has ended. The page keeps its content. */
export function ExpiredBanner() {
  const state = useSession();
  const queries = useQueryClient();
  const [wrong, setWrong] = useState<string | null>(null);
  if (state !== 'expired') return null;
  const signIn = async (): Promise<void> => {
    try {
      await signInAgain();
      setWrong(null);
      await queries.invalidateQueries();
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Banner tone="warn" action={{ label: 'Sign in', run: () => void signIn() }}>
      {wrong ?? 'Your session has ended. Sign in again: what you have entered stays here.'}
    </Banner>
  );
}
