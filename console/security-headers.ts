/** The headers of the console's pages and files. The embedded stack and CloudFront send them. */

/**
 * The content security policy. `issuer`: where users sign in (URL). `others`: other origins that the console may call,
 * for issuers whose token endpoint has another origin.
 */
export const consolePolicy = (issuer: string, others: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src ${["'self'", ...new Set([new URL(issuer).origin, ...others])].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Assets have the hash of their content in their name. All other files are revalidated at each request. */
export const CACHE_CONTROL = { assets: 'public, max-age=31536000, immutable', others: 'no-cache' } as const;
