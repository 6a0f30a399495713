/** The servers and token endpoints of well-known providers. They fill the form, and each value can be changed. */
export type Provider = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly auth: 'password' | 'oauth2';
  readonly tokenUrl: string;
  readonly scope: string;
  readonly hint: string | null;
};

const APP_PASSWORD = 'It takes an app password, not the password of the account.';
const password = (name: string, host: string, hint: string | null): Provider => ({
  name,
  host,
  port: 993,
  auth: 'password',
  tokenUrl: '',
  scope: '',
  hint,
});

export const OTHER_SERVER: Provider = password('Another server', '', null);

export const PROVIDERS: readonly Provider[] = [
  {
    ...password('Gmail', 'imap.gmail.com', 'OAuth 2.0, or an app password.'),
    auth: 'oauth2',
    tokenUrl: 'https://oauth2.googleapis.com/token',
  },
  {
    ...password('Microsoft 365', 'outlook.office365.com', 'It takes OAuth 2.0 only.'),
    auth: 'oauth2',
    tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    scope: 'https://outlook.office.com/IMAP.AccessAsUser.All offline_access',
  },
  password('iCloud', 'imap.mail.me.com', APP_PASSWORD),
  password('Yahoo', 'imap.mail.yahoo.com', APP_PASSWORD),
  password('Fastmail', 'imap.fastmail.com', APP_PASSWORD),
  OTHER_SERVER,
];
