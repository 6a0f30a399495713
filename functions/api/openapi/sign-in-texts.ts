/** What the document says of the replies about who calls and where to sign in. */
export const SIGN_IN_TEXTS = {
  Me: {
    '': 'Who the token is, as its claims say.',
    role: 'Counts for all of its accounts.',
    accounts:
      '`paused` while an operator keeps all jobs of the account from starting; `paused_until` is null when nobody named an end.',
  },
  SignIn: {
    '': 'What a program needs to know to sign somebody in by OpenID Connect.',
    issuer: 'Of the tokens that this API takes. Its discovery document is below `/.well-known/openid-configuration`.',
    audiences: 'The API takes tokens for one of these, in the claim `aud`; without that claim, in `client_id`.',
    scopes: 'What to ask the issuer for.',
    clients: 'The public clients (`client_id`) of the console and of the command line; null where there is none.',
  },
} as const;
