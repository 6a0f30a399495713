import { useSyncExternalStore } from 'react';
import { type SessionState, sessionState, subscribeToSession } from './session.ts';

export const useSession = (): SessionState => useSyncExternalStore(subscribeToSession, sessionState);
