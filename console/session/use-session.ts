import { useSyncExternalStore } from 'react';
import type { SessionState } from './held-tokens.ts';
import { sessionState, subscribeToSession } from './session.ts';

export const useSession = (): SessionState => useSyncExternalStore(subscribeToSession, sessionState);
