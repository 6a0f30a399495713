/** What a page shows when a read was refused or failed. */
import { ApiProblem, ConnectionLost } from '../../client/index.ts';
import { SignInNeeded } from '../session/sign-in-needed.ts';
import { ServerText } from '../text/server-text.tsx';
import { FieldProblems } from './field-problems.tsx';
import { Empty } from './states.tsx';

type Properties = {
  readonly error: Error;
  /** The name of the resource, such as `This job`. */
  readonly what: string;
  /** Address of the audit entries that would show a deletion. Without it, there is no such link. */
  readonly auditHref?: string;
  readonly again?: () => void;
};

export function Refusal({ error, what, auditHref, again }: Properties) {
  if (error instanceof SignInNeeded) return <Empty title="Sign in to see this" />;
  if (error instanceof ApiProblem && error.status === 404) return <NotFound what={what} auditHref={auditHref} />;
  if (error instanceof ApiProblem && error.status === 403)
    return (
      <Empty title="Your role does not allow this">
        <p>
          <ServerText>{error.message}</ServerText>
        </p>
      </Empty>
    );
  return (
    <Empty title={error instanceof ConnectionLost ? 'No connection to the service' : `${what} could not be read`}>
      <p>
        <ServerText>{error.message}</ServerText>
      </p>
      <FieldProblems error={error} />
      {error instanceof ApiProblem && error.requestId !== null && (
        <p>
          Request <code>{error.requestId}</code>
        </p>
      )}
      {again !== undefined && mayChange(error) && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </Empty>
  );
}

/** Whether the same request may get another reply later. */
const mayChange = (error: Error): boolean =>
  !(error instanceof ApiProblem) || error.status >= 500 || error.status === 429;

export function NotFound({ what, auditHref }: { readonly what: string; readonly auditHref?: string | undefined }) {
  return (
    <Empty title={`${what} does not exist`}>
      {auditHref === undefined ? (
        <a href="/">Go to the overview</a>
      ) : (
        <p>
          It may have been deleted. <a href={auditHref}>Look in the audit</a>
        </p>
      )}
    </Empty>
  );
}
