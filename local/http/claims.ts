/**
 * Claims as the JWT authorizer of an HTTP API hands them to a function: each is text. AWS does not document the form.
 * It is the one that was measured on AWS in 2026: strings as they are, numbers and booleans in decimal and as `true`, a
 * list as `[a b]` (an empty one as `[]`), an object as JSON, and no claim at all for null. A list does not quote its
 * elements, so that `["a b"]`, `["a", "b"]` and the text `[a b]` are the same.
 */
export function gatewayClaims(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, claimText(value)]),
  );
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
