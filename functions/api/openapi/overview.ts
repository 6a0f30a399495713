/** `info.description`. */
export const OVERVIEW = `Work on connected mailboxes as jobs that an operator can see, search and recover.

**Access.** \`Authorization: Bearer <JWT>\`, checked by the gateway (RS256; issuer, audience, expiry). Its claims: \`acc\` (an account or a list of accounts; other values are refused), \`uid\` (a name), and \`role\`: a \`viewer\` reads, a \`member\` also creates and triggers tasks and gives commands to jobs, an \`owner\` also deletes, starts bulk operations on a filter, orders work that cannot be undone and manages credentials. \`x-required-role\` names the minimum role of an operation. A resource of another account gets the same answer as one that does not exist.

**Replies.** A success is \`{"data": …}\`; a list adds \`page\`, a search \`coverage\`. Absent values are null, never missing. Expect fields that you do not know. Every reply of this service has \`x-request-id\`; a resource with a version has it in \`ETag\`. With \`Accept-Encoding: gzip\`, replies over 1 KB are compressed.

**Refusals** are \`application/problem+json\` (RFC 9457), distinguished by \`code\`. They are checked in this order: 401, 403, 429, 413, 415, 400 \`invalid_json\`, 422 \`invalid_request\` (unknown fields and parameters are refused too), 404, 400 \`invalid_cursor\`, 412, 409. A refused request has changed nothing. An unknown path or method gets 404 \`not_found\`; on the paths of the audit, any other method gets 405 \`method_not_allowed\`. Replies with \`{"message": …}\` are the gateway's own and have no \`x-request-id\`.

**Pages.** To get the next page, send \`page.next_cursor\` as \`cursor\`, until it is null. A page may hold fewer items than \`limit\`, or none, although more follow. A cursor is opaque, and valid only for the query that it came from.

**Repeating a request.** With an \`Idempotency-Key\` (scope: account, method, path) a repeated request is not carried out again, and gets the reply of the first one. The same key with another body gets 422 \`idempotency_key_reused\`. Only accepted requests are remembered.

**Bodies** are JSON in UTF-8, at most 256 KB and 32 levels deep, with \`content-type: application/json\`. If no field is required, the body may be absent. Lengths of text are counted in UTF-16 code units.`;

/** The groups of operations and the paths of each. The first match counts. */
export const TAGS = [
  { name: 'bulk operations', paths: /\/jobs\/(?:bulk|search-delete)$|\/bulk-operations/, about: 'Many jobs at once.' },
  { name: 'jobs', paths: /\/jobs|\/failure-groups/, about: 'Running, waiting, failed and ended work.' },
  { name: 'tasks', paths: /\/tasks|\/imap\//, about: 'Ordered work, once or on a schedule.' },
  { name: 'credentials', paths: /\/provider-credentials/, about: 'Mailboxes and their logins.' },
  {
    name: 'webhooks',
    paths: /\/(?:webhook-endpoints|deliveries)/,
    about: 'Addresses for the events of providers, and their deliveries.',
  },
  {
    name: 'account',
    paths: /\/accounts\/\{account_id\}\/(?:pause|resume)$/,
    about: 'Pauses of a whole account.',
  },
  { name: 'mail', paths: /\/mailboxes$|\/emails/, about: 'Folders and messages that syncs have stored.' },
  { name: 'audit', paths: /\/logs/, about: 'Who did what, when and why.' },
  { name: 'service', paths: /\/(?:health|openapi\.json|failures|auth|me)$/, about: 'The API itself.' },
] as const;
