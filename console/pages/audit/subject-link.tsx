import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/index.ts';

type Properties = {
  readonly account: string;
  readonly entry: Pick<Schemas['LogEntry'], 'subject' | 'subject_id'>;
  readonly children: ReactNode;
};

/** A link to the resource that was changed. If the resource is deleted, its page says so. */
export function SubjectLink({ account, entry: { subject, subject_id: id }, children }: Properties) {
  switch (subject) {
    case 'job':
      return (
        <Link to="/a/$account/jobs/$job" params={{ account, job: id }}>
          {children}
        </Link>
      );
    case 'task':
      return (
        <Link to="/a/$account/tasks/$task" params={{ account, task: id }}>
          {children}
        </Link>
      );
    case 'credential':
      return (
        <Link to="/a/$account/credentials/$credential" params={{ account, credential: id }}>
          {children}
        </Link>
      );
    case 'bulk_operation':
      return (
        <Link to="/a/$account/bulk/$bulk" params={{ account, bulk: id }}>
          {children}
        </Link>
      );
    case 'webhook_endpoint':
      return (
        <Link to="/a/$account/webhooks/$endpoint" params={{ account, endpoint: id }}>
          {children}
        </Link>
      );
    case 'failure_group':
      return (
        <Link to="/a/$account/failures/$group" params={{ account, group: id }}>
          {children}
        </Link>
      );
    case 'account':
      return (
        <Link to="/a/$account" params={{ account }}>
          {children}
        </Link>
      );
  }
}
