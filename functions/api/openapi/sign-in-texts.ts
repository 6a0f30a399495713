/** Descriptions of the replies about the caller and the sign-in. */
export const SIGN_IN_TEXTS = {
  Me: {
    '': 'The caller, by the claims of the token.',
    role: 'The role in all accounts of the token.',
    accounts:
      '`paused` while an operator keeps all jobs of the account from starting; `paused_until` is null when the pause has no end.',
  },
  SignIn: {
    '': 'The data that a program needs to sign a person in by OpenID Connect.',
    issuer:
      'The issuer of the tokens that this API accepts. Its discovery document is at `/.well-known/openid-configuration`.',
    audiences: 'The API accepts tokens for one of these, in the claim `aud`; without that claim, in `client_id`.',
    scopes: 'The scopes to request from the issuer.',
    clients: 'The public clients (`client_id`) of the console and of the command line; null where there is none.',
  },
} as const;
