import { Page } from '../states/page.tsx';
import { leaveToSignIn } from './session.ts';

export function SignedOut() {
  return (
    <Page title="You have signed out">
      <p>No token is left in this page.</p>
      <p>
        <button type="button" onClick={() => void leaveToSignIn('/', true)}>
          Sign in
        </button>
      </p>
    </Page>
  );
}
