/**
 * A key condition has room for one operator, and BETWEEN includes its ends. So that both bounds are exclusive they are
 * moved past their ends by one character: sound for keys of printable ASCII none of which begins another one.
 * Null: nothing can lie between them.
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
