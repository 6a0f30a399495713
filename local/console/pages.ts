import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** The console at `/`, built or with hot reload. */
export type ConsolePages = {
  /** Answers any path for which `isConsolePath` is true. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> | void;
  stop(): Promise<void>;
};

/** `server`: the server that answers the pages. `issuer`: where people sign in. */
export type OpenConsole = (server: Server, issuer: string) => Promise<ConsolePages>;

/** Whether the path belongs to neither the API, nor the webhooks, nor `/_local`. */
export const isConsolePath = (path: string): boolean => !/^\/(?:api|webhooks|_local)(?:\/|$)/.test(path);
