import { createHash } from 'node:crypto';
import { ROLES } from '../../functions/domain/role/role.ts';

/** The present values of the form's fields. */
export type FormValues = { readonly account: string; readonly role: string; readonly name: string };

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 24rem; padding: 0 1rem; color-scheme: light dark; }
label { display: block; margin-top: 1rem; }
input, select, button { box-sizing: border-box; font: inherit; padding: 0.4rem; width: 100%; }
button { margin-top: 1.5rem; }
.wrong { color: light-dark(#a00, #f88); }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * The content security policy of the pages: no script, one style. `redirectOrigin`: the origin that the form redirects
 * to; browsers apply `form-action` to redirects too.
 */
export function pagePolicy(redirectOrigin: string | null): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self'${redirectOrigin === null ? '' : ` ${redirectOrigin}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => ESCAPES[each] ?? '');

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${body}
  </body>
</html>
`;

/** The form. `hidden`: values that are sent back with it. `wrong`: the error of the last try; null at first. */
export function signInPage(
  client: string,
  { account, role, name }: FormValues,
  hidden: Readonly<Record<string, string>>,
  wrong: string | null,
): string {
  const fields = Object.entries(hidden).map(
    ([field, value]) => `<input type="hidden" name="${escaped(field)}" value="${escaped(value)}">`,
  );
  const roles = [...ROLES]
    .reverse()
    .map((each) => `<option${each === role ? ' selected' : ''}>${each}</option>`)
    .join('');
  return page(
    'Sign in',
    `<p>The embedded stack asks for no password: choose who you are for <strong>${escaped(client)}</strong>.</p>
    ${wrong === null ? '' : `<p class="wrong" role="alert">${escaped(wrong)}</p>`}
    <form method="post" action="/_local/oidc/authorize">
      ${fields.join('\n      ')}
      <label>Account, or several with blanks between them
        <input name="account" required value="${escaped(account)}"></label>
      <label>Role <select name="role">${roles}</select></label>
      <label>Name <input name="name" required maxlength="100" value="${escaped(name)}"></label>
      <button>Sign in</button>
    </form>`,
  );
}

/** The text for a person whose request cannot be answered. */
export const refusalPage = (because: string): string =>
  page('This sign-in cannot continue', `<p class="wrong" role="alert">${escaped(because)}</p>`);
