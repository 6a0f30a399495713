import type { Command } from 'commander';
import { type Application, group } from '../command-line/application.ts';
import { flag, value } from '../command-line/options.ts';
import { suggestion } from '../command-line/suggestion.ts';
import { words } from '../command-line/values.ts';
import { changeConfiguration, changeProfile, readConfiguration } from '../configuration/file.ts';
import { LOCAL_API, requireProfile } from '../configuration/settings.ts';
import { NothingFound, UsageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { localForm } from '../sign-in/access-token.ts';
import { claimsOf, signInByBrowser } from '../sign-in/browser.ts';
import { type SignInPlace, signInPlaceOf } from '../sign-in/discovery.ts';
import { endOf, requestTokens, type Tokens } from '../sign-in/token-endpoint.ts';
import { standardInput } from '../terminal.ts';

const DEFAULT_CLIENT = 'inboxctl';

export function signIn(program: Command, app: Application): void {
  login(program, app);
  const logout = program.command('logout').description('forget the tokens of the profile');
  app.does(logout, async ({ out, settings }) => {
    if (settings.profile === null) throw new NothingFound(`There is no profile ${settings.profileName}.`);
    const tokens = { access_token: null, refresh_token: null, expires_at: null };
    const { profile, file, profileName } = settings;
    await changeProfile(file, profileName, (now) => ({ ...(now ?? profile), ...tokens }));
    out.thing({ profile: settings.profileName, signed_in: false }, [['signed out', settings.profileName]]);
  });
  const whoami = program.command('whoami').description('show who you are for the API, and for which account');
  app.does(whoami, show);
  profiles(program, app);
}

function login(program: Command, app: Application): void {
  const command = program.command('login').description('sign in, and keep the tokens in the profile');
  const noBrowser = flag(command, '--no-browser', 'only print the address of the page to sign in');
  const clientId = value(command, '--client-id <id>', 'the client to sign in as', words);
  const secretStdin = flag(command, '--client-secret-stdin', 'read the secret of the client from standard input');
  app.does(command, async (session) => {
    const { settings, signal, out } = session;
    requireProfile(settings);
    const former = readConfiguration(settings.file).profiles[settings.profileName];
    if (former !== undefined && former.api !== settings.api)
      throw new UsageError(
        `The profile ${settings.profileName} is for ${former.api}. Sign in to another service with --profile NAME.`,
      );
    const place = await signInPlaceOf(settings.api, signal);
    const client_id = clientId() ?? place.clientId ?? DEFAULT_CLIENT;
    if (secretStdin() && clientId() === undefined) throw new UsageError('--client-secret-stdin needs --client-id.');
    const tokens = secretStdin()
      ? await clientTokens(session, place, client_id)
      : await signInByBrowser({
          place,
          clientId: client_id,
          signal,
          show: (address) => process.stderr.write(`Sign in with your browser:\n${address}\n`),
          openBrowser: !noBrowser(),
        });
    const profile = {
      api: settings.api,
      account: settings.asked.account ?? accountOf(tokens.access_token),
      access_token: tokens.access_token,
      expires_at: endOf(tokens),
      refresh_token: tokens.refresh_token ?? null,
      token_endpoint: place.tokenEndpoint,
      client_id,
    };
    await changeProfile(settings.file, settings.profileName, () => profile);
    out.thing({ profile: settings.profileName, api: profile.api, account: profile.account }, [
      ['signed in', settings.profileName],
      ['api', profile.api],
      ['account', profile.account],
    ]);
  });
}

/** RFC 6749, section 4.4. The local issuer also wants to know the account. */
async function clientTokens({ settings, signal }: Session, place: SignInPlace, id: string): Promise<Tokens> {
  const secret = await standardInput();
  if (secret === '') throw new UsageError('Standard input holds no secret.');
  const form = settings.isLocal
    ? localForm(settings.account)
    : new URLSearchParams({ grant_type: 'client_credentials' });
  if (place.scopes.length > 0) form.set('scope', place.scopes.join(' '));
  return requestTokens(place.tokenEndpoint, form, signal, { id, secret });
}

function accountOf(token: string): string | null {
  const acc = claimsOf(token).get('acc');
  return typeof acc === 'string' ? acc : null;
}

async function show(session: Session): Promise<void> {
  const { out, settings, client } = session;
  const { uid, role, accounts } = (await client.service.me({})).data;
  const account = await session.account().catch((error: unknown) => {
    // The token is for several accounts, and no account is named: `whoami` then shows which accounts there are.
    if (error instanceof UsageError) return null;
    throw error;
  });
  const profile = settings.profile === null ? null : settings.profileName;
  out.thing({ api: settings.api, profile, account, uid, role, accounts }, [
    ['api', settings.api],
    ['profile', profile ?? (settings.token === null ? 'none: the local stack' : 'none: INBOXCTL_TOKEN')],
    ['account', account],
    ['user', uid],
    ['role', role],
    ['accounts', accounts.map(({ id, paused }) => (paused ? `${id} (paused)` : id)).join(', ')],
  ]);
}

function profiles(program: Command, app: Application): void {
  const parent = group(program, 'profile', 'services and accounts that you use');
  const list = parent.command('list').description('list the profiles');
  app.does(list, async ({ out, settings }) => {
    const { current, profiles: stored } = readConfiguration(settings.file);
    const rows = Object.entries(stored).map(([name, { api, account, access_token: token }]) => ({
      name,
      current: name === current,
      api,
      account,
      signed_in: token !== null,
    }));
    out.rows(
      rows,
      [
        { title: 'PROFILE', value: (row) => row.name, least: 8 },
        { title: 'CURRENT', value: (row) => (row.current ? 'yes' : null) },
        { title: 'API', value: (row) => row.api, least: 20 },
        { title: 'ACCOUNT', value: (row) => row.account, least: 10 },
        { title: 'SIGNED IN', value: (row) => (row.signed_in ? 'yes' : 'no') },
      ],
      'No profile. Make one with: inboxctl login --profile NAME --api URL',
    );
  });
  const use = parent.command('use').description('use a profile from now on').argument('<name>');
  app.does(use, async ({ out, settings }, [name = '']) => {
    const stored = readConfiguration(settings.file);
    if (stored.profiles[name] === undefined)
      throw new NothingFound(`There is no profile ${name}. ${suggestion(name, Object.keys(stored.profiles))}`);
    await changeConfiguration(settings.file, (now) => ({ ...now, current: name }));
    out.thing({ current: name }, [['current', name]]);
  });
  const set = parent
    .command('set')
    .description('make or change a profile, with --api and --account')
    .argument('<name>');
  app.does(set, async ({ out, settings }, [name = '']) => {
    const { asked, file } = settings;
    let [api, account]: [string, string | null] = [LOCAL_API, null];
    await changeProfile(file, name, (stored) => {
      api = asked.api ?? stored?.api ?? LOCAL_API;
      const kept = stored?.api === api ? stored : null;
      account = asked.account ?? kept?.account ?? null;
      return {
        access_token: null,
        expires_at: null,
        refresh_token: null,
        token_endpoint: null,
        client_id: null,
        ...kept,
        api,
        account,
      };
    });
    out.thing({ profile: name, api, account }, [
      ['profile', name],
      ['api', api],
      ['account', account],
    ]);
  });
}
