/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles. A Lambda's credentials are always in its environment;
 * the unused chain through files, SSO and instance metadata would add 77 KB to every bundle.
 */
export const defaultProvider = () => async () => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: process.env.AWS_SESSION_TOKEN,
});
