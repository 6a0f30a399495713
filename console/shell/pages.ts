/** The pages of the navigation, in order. A new page needs a row here and its route in `routes.tsx`. */
import type { Pulse } from '../pulse/pulse.tsx';

export type NavigationEntry = {
  readonly to:
    | '/a/$account'
    | '/a/$account/jobs'
    | '/a/$account/failures'
    | '/a/$account/bulk'
    | '/a/$account/tasks'
    | '/a/$account/mailboxes'
    | '/a/$account/messages'
    | '/a/$account/audit'
    | '/a/$account/credentials'
    | '/a/$account/webhooks';
  readonly label: string;
  /** The letter after `g`. */
  readonly key: string;
  /** The red count beside the label, and what it counts; 0 shows none. */
  readonly red?: { readonly what: string; readonly count: (stats: NonNullable<Pulse['stats']>) => number };
};

export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/a/$account', label: 'Overview', key: 'o' },
  { to: '/a/$account/jobs', label: 'Jobs', key: 'j', red: { what: 'failed', count: ({ by_status: by }) => by.failed } },
  { to: '/a/$account/failures', label: 'Failures', key: 'f' },
  { to: '/a/$account/bulk', label: 'Bulk operations', key: 'b' },
  { to: '/a/$account/tasks', label: 'Tasks', key: 't' },
  {
    to: '/a/$account/credentials',
    label: 'Credentials',
    key: 'c',
    red: { what: 'paused by failures', count: ({ credentials_by_status: by }) => by.parked ?? 0 },
  },
  { to: '/a/$account/webhooks', label: 'Webhooks', key: 'w' },
  { to: '/a/$account/mailboxes', label: 'Mailboxes', key: 'm' },
  { to: '/a/$account/messages', label: 'Messages', key: 'e' },
  { to: '/a/$account/audit', label: 'Audit', key: 'a' },
];
