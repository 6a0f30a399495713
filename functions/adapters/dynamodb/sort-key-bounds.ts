/**
 * A key condition allows one operator, and BETWEEN includes its ends. To exclude both bounds, each is moved by one
 * character: correct for keys of printable ASCII if no key is a prefix of another. Null: nothing can lie between them.
 */
export function sortKeyBounds(above: string | null, below: string | null) {
  if (above === null && below === null) return { condition: '', names: [], values: {} };
  if (below === null) return { condition: ' AND #s > :above', names: ['#s'], values: { ':above': above } };
  if (above === null) return { condition: ' AND #s < :below', names: ['#s'], values: { ':below': below } };
  const least = `${above}!`;
  const most = `${below.slice(0, -1)}${String.fromCharCode(below.charCodeAt(below.length - 1) - 1)}~`;
  if (least > most) return null;
  return { condition: ' AND #s BETWEEN :least AND :most', names: ['#s'], values: { ':least': least, ':most': most } };
}
