import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/tokens.css';
import './styles/base.css';
import { listenForKeys } from './keyboard/use-keys.ts';
import { newRouter } from './routes.tsx';
import { newQueryClient } from './service/query-client.ts';
import { leaveToSignIn, startSession } from './session/session.ts';
import { applyTheme } from './shell/theme-switch.tsx';
import { Page } from './states/page.tsx';
import { ServerText } from './text/server-text.tsx';

applyTheme();

const element = document.getElementById('console');
if (element === null) throw new Error('index.html has no element for the console');
const page = createRoot(element);
const show = (content: ReactNode): void => page.render(<StrictMode>{content}</StrictMode>);

try {
  const start = await startSession();
  if (start === 'signed-in') {
    listenForKeys();
    const queries = newQueryClient();
    show(
      <QueryClientProvider client={queries}>
        <RouterProvider router={newRouter(queries)} />
      </QueryClientProvider>,
    );
  }
  if (start === 'handed-over')
    show(
      <Page title="You are signed in">
        <p>Continue in the other window. You can close this one.</p>
        <p>
          <a href="/">Open the console here</a>
        </p>
      </Page>,
    );
} catch (error) {
  show(
    <Page title="The sign-in has failed">
      <p>
        <ServerText>{error instanceof Error ? error.message : String(error)}</ServerText>
      </p>
      <p>
        <button type="button" onClick={() => void leaveToSignIn('/', true)}>
          Sign in
        </button>
      </p>
    </Page>,
  );
}
