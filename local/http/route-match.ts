import type { FunctionPool } from '../lambda/function-pool.ts';

/** A route of the template. */
export type GatewayRoute = {
  readonly routeKey: string;
  readonly target: FunctionPool;
  readonly timeoutMs: number;
  readonly authorizer: { readonly issuer: string; readonly audiences: readonly string[] } | null;
};

/** The matching route, and the values of its path parameters. */
export type RouteMatch = { readonly route: GatewayRoute; readonly parameters: Readonly<Record<string, string>> };

/**
 * The route that API Gateway chooses: the full match with the fewest parameters, a greedy `{proxy+}` only if no other
 * matches, otherwise `$default`; null when there is none.
 */
export function routeMatcher(routes: readonly GatewayRoute[]): (method: string, path: string) => RouteMatch | null {
  const patterns = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route) => ({ route, ...compile(route.routeKey) }))
    .sort((one, other) => one.weight - other.weight);
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    for (const { route, method: wanted, pattern } of patterns) {
      const groups = wanted === method ? pattern.exec(path)?.groups : undefined;
      if (groups !== undefined) return { route, parameters: decoded(groups) };
    }
    return fallback === undefined ? null : { route: fallback, parameters: {} };
  };
}

const GREEDY_WEIGHT = 1000;

function compile(routeKey: string): { method: string; pattern: RegExp; weight: number } {
  const [method = '', path = ''] = routeKey.split(' ');
  let weight = 0;
  const source = path
    .split('/')
    .map((part) => {
      const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
      if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      weight += greedy === '+' ? GREEDY_WEIGHT : 1;
      return greedy === '+' ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`;
    })
    .join('/');
  // The empty group makes `groups` exist also for a path without parameters.
  return { method, pattern: new RegExp(`^(?<_>)${source}$`), weight };
}

function decoded({ _: __, ...groups }: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, text]) => {
      try {
        return [name, decodeURIComponent(text)];
      } catch {
        return [name, text];
      }
    }),
  );
}
