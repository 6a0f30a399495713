/**
 * Claims as the JWT authorizer of an HTTP API passes them to a function: as text. AWS does not document the format; it
 * was measured on AWS in 2026. Strings are unchanged, numbers and booleans are written as `12` and `true`, a list as
 * `[a b]` (an empty one as `[]`), an object as JSON, and null claims are left out. A list does not quote its elements,
 * so `["a b"]`, `["a", "b"]` and the text `[a b]` look the same.
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
