/**
 * The typed clients of this page. Pages use `api`. The client of the pulse repeats no request, because the pulse has
 * its own timing.
 */
import { createClient } from '../../client/index.ts';
import { accessToken } from '../session/session.ts';

/** The console is served by the origin that serves the API. */
export const api = createClient({ url: location.origin, token: accessToken });

export const apiOnce = createClient({ url: location.origin, token: accessToken, tries: 1 });
