import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { actionWords } from '../../jobs/job-actions.ts';
import { StateWord } from '../../status/state-word.tsx';
import type { PlacedRow } from '../../table/keep-places.ts';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { endpointName, PROVIDERS, stateOf } from './endpoint-state.ts';
import styles from './webhooks.module.css';

export function endpointColumns(account: string): readonly Column<PlacedRow<Schemas['WebhookEndpoint']>>[] {
  return [
    {
      name: 'endpoint',
      label: 'Endpoint',
      width: 'minmax(10rem, 2fr)',
      cell: ({ row }) => (
        <Link to="/a/$account/webhooks/$endpoint" params={{ account, endpoint: row.id }}>
          <ServerText oneLine>{endpointName(row)}</ServerText>
        </Link>
      ),
    },
    {
      name: 'state',
      label: 'State',
      width: 'minmax(10rem, 1fr)',
      cell: ({ row, isGone }) =>
        isGone ? <span className={styles.quiet}>Deleted</span> : <StateWord state={stateOf(row)} />,
    },
    {
      name: 'silent',
      label: 'Silent for',
      width: '6rem',
      isLabelled: true,
      cell: ({ row }) => <Age at={row.silent_since} />,
    },
    {
      name: 'last',
      label: 'Last delivery',
      width: '7rem',
      isLabelled: true,
      cell: ({ row }) => <Age at={row.last_delivery_at} />,
    },
    {
      name: 'provider',
      label: 'Provider',
      width: 'minmax(8rem, 1fr)',
      cell: ({ row }) => PROVIDERS[row.provider],
    },
    {
      name: 'action',
      label: 'Its events',
      width: 'minmax(8rem, 1fr)',
      cell: ({ row }) => actionWords(row.action),
    },
  ];
}
