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
  /** The red count beside the label; 0 shows none. */
  readonly count: (stats: NonNullable<Pulse['stats']>) => number;
};

export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/a/$account', label: 'Overview', key: 'o', count: () => 0 },
  { to: '/a/$account/jobs', label: 'Jobs', key: 'j', count: ({ by_status }) => by_status.failed },
  { to: '/a/$account/failures', label: 'Failures', key: 'f', count: () => 0 },
  { to: '/a/$account/bulk', label: 'Bulk operations', key: 'b', count: () => 0 },
  { to: '/a/$account/tasks', label: 'Tasks', key: 't', count: () => 0 },
  { to: '/a/$account/credentials', label: 'Credentials', key: 'c', count: () => 0 },
  { to: '/a/$account/webhooks', label: 'Webhooks', key: 'w', count: () => 0 },
  { to: '/a/$account/mailboxes', label: 'Mailboxes', key: 'm', count: () => 0 },
  { to: '/a/$account/messages', label: 'Messages', key: 'e', count: () => 0 },
  { to: '/a/$account/audit', label: 'Audit', key: 'a', count: () => 0 },
];
