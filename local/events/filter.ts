/**
 * The part of EventBridge's pattern language that event source filters use: values, prefix, exists, anything-but,
 * numeric-free, over nested objects. A field of the pattern must match; fields of the record it does not name are free.
 */
export function matchesPattern(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((condition) => matchesCondition(condition, value));
  if (typeof pattern !== 'object' || pattern === null) return false;
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  return Object.entries(pattern).every(([name, inner]) => matchesPattern(inner, fields.get(name)));
}

function matchesCondition(condition: unknown, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  const [[operator, operand] = ['', undefined]] = Object.entries(condition);
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && typeof operand === 'string' && value.startsWith(operand);
    case 'exists':
      return (value !== undefined) === operand;
    case 'anything-but':
      return value !== undefined && !(Array.isArray(operand) ? operand : [operand]).includes(value);
    default:
      return false;
  }
}
