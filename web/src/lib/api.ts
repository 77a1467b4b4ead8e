/** The only place that talks HTTP. `api` is typed by the OpenAPI document; `request` is for what it does not list. */
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './api/schema';
import { clock } from './clock.svelte';
import { ApiError, problemFrom } from './problem';
import { withQuery, type QueryValue } from './router';

export { ApiError } from './problem';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  query?: Record<string, QueryValue>;
  body?: unknown;
  signal?: AbortSignal;
  /** The caller deals with 401 itself (the sign-in page). */
  allow401?: boolean;
  headers?: Record<string, string>;
}

const csrfHeader = 'x-signalbox-csrf';
let onSignedOut: () => void = () => {};

/** The app says what to do when a session has ended. */
export function whenSignedOut(run: () => void): void {
  onSignedOut = run;
}

function isMutation(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

const middleware: Middleware = {
  onRequest({ request: r }) {
    if (isMutation(r.method)) r.headers.set(csrfHeader, '1');
    return r;
  },
  async onResponse({ response }) {
    clock.learn(response.headers.get('date'));
    if (response.ok) return response;
    if (response.status === 401) onSignedOut();
    throw await problemFrom(response);
  },
  onError({ error }) {
    return error instanceof ApiError ? error : ApiError.unreachable(error);
  },
};

export const api = createClient<paths>({ baseUrl: '' });
api.use(middleware);

/** `const q = await data(api.GET('/api/queues'))`: the body, or an ApiError thrown. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** A JSON call by path. Resolves to the body (undefined for 204) or throws an ApiError. */
export async function request<T = void>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (isMutation(method)) headers[csrfHeader] = '1';
  const form = options.body instanceof FormData || options.body instanceof Blob;
  if (options.body !== undefined && !form) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path + (options.query ? withQuery('', options.query) : ''), {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal,
      body: options.body === undefined ? undefined : form ? (options.body as BodyInit) : JSON.stringify(options.body),
    });
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw ApiError.unreachable(e);
  }
  clock.learn(response.headers.get('date'));
  if (!response.ok) {
    if (response.status === 401 && !options.allow401) onSignedOut();
    throw await problemFrom(response);
  }
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  const type = response.headers.get('content-type') ?? '';
  return (type.includes('json') ? await response.json() : await response.text()) as T;
}
