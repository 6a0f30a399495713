/** The typed clients of this page. Pages use `api`; only the pulse, which has a pace of its own, does not repeat. */
import { createClient } from '../../client/index.ts';
import { accessToken } from '../session/session.ts';

/** The console is served by the origin that serves the API. */
export const api = createClient({ url: location.origin, token: accessToken });

export const apiOnce = createClient({ url: location.origin, token: accessToken, tries: 1 });
