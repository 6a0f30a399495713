import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** The console at `/`, built or with hot reload. */
export type ConsolePages = {
  /** Answers any path that `isConsolePath` names. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  stop(): Promise<void>;
};

/** `server`: the one that the pages are answered by. `issuer`: where people sign in. */
export type OpenConsole = (server: Server, issuer: string) => Promise<ConsolePages>;

/** Everything that is neither the API, nor for providers, nor of the local stack itself. */
export const isConsolePath = (path: string): boolean => !/^\/(?:api|webhooks|_local)(?:\/|$)/.test(path);
