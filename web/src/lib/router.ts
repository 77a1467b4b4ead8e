/** The pure half of the router: patterns, matching, query strings. */

export interface Match<T> {
  route: T;
  params: Record<string, string>;
}

/** `/customers/:id` binds `id`; a closing `/*` binds what is left as `rest`, which may be empty. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const want = split(pattern);
  const have = split(path);
  const params: Record<string, string> = {};
  for (let i = 0; i < want.length; i++) {
    const part = want[i]!;
    if (part === '*') {
      params.rest = have.slice(i).map(decode).join('/');
      return params;
    }
    const value = have[i];
    if (value === undefined) return null;
    if (part.startsWith(':')) params[part.slice(1)] = decode(value);
    else if (part !== value) return null;
  }
  return have.length === want.length ? params : null;
}

/** The first route that fits wins, so the list's order is the precedence. */
export function matchRoutes<T extends { path: string }>(routes: readonly T[], path: string): Match<T> | null {
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return null;
}

/** Fills a pattern: `fillPath('/customers/:id', { id })`. */
export function fillPath(pattern: string, params: Record<string, string>): string {
  return pattern.replace(/:([A-Za-z_]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];

/** Null, undefined, '' and [] take the key out, so an empty filter leaves no trace in the address. */
export function withQuery(search: string, changes: Record<string, QueryValue>): string {
  const q = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    q.delete(key);
    if (Array.isArray(value)) for (const v of value) q.append(key, String(v));
    else if (value !== null && value !== undefined && value !== '') q.set(key, String(value));
  }
  const text = q.toString();
  return text ? `?${text}` : '';
}

/** Only a path of this site may be where sign-in leads; anything else would be an open redirect. */
export function safeNext(next: string | null, fallback = '/'): string {
  if (!next || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return fallback;
  return next.startsWith('/sign-in') ? fallback : next;
}

function split(path: string): string[] {
  return path.split('/').filter((p) => p !== '');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
