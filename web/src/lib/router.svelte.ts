/** The address is state: path, parameters and query are reactive; links are plain <a href>. */
import { withQuery, type QueryValue } from './router';

export { fillPath, matchPath, matchRoutes, safeNext, type QueryValue } from './router';

const start = typeof location === 'undefined' ? { pathname: '/', search: '', hash: '' } : location;

let path = $state(start.pathname);
let search = $state(start.search);
let hash = $state(start.hash);
let params = $state.raw<Record<string, string>>({});
const parsed = $derived(new URLSearchParams(search));
let blockers: (() => string | null)[] = [];

function read(): void {
  path = location.pathname;
  search = location.search;
  hash = location.hash;
}

export const router = {
  get path() { return path; },
  get search() { return search; },
  get hash() { return hash; },
  get url() { return path + search; },
  /** Parameters of the route on screen, set by the app when it matches. */
  get params() { return params; },
  setParams(next: Record<string, string>) { params = next; },

  go(to: string, options: { replace?: boolean; keepScroll?: boolean } = {}): void {
    const url = new URL(to, location.href);
    if (url.origin !== location.origin) { location.assign(url.href); return; }
    const leaving = url.pathname !== location.pathname;
    if (leaving && !mayLeave()) return;
    const target = url.pathname + url.search + url.hash;
    if (options.replace || target === location.pathname + location.search + location.hash) history.replaceState(null, '', target);
    else history.pushState(null, '', target);
    read();
    if (leaving && !options.keepScroll) window.scrollTo(0, 0);
  },

  /** Asks before a screen with unsaved work is left: return a sentence, or null when there is nothing to lose. */
  guard(reason: () => string | null): () => void {
    blockers.push(reason);
    return () => { blockers = blockers.filter((b) => b !== reason); };
  },

  /** Call once. Returns the undo. */
  listen(): () => void {
    const onUnload = (e: BeforeUnloadEvent) => { if (blockers.some((b) => b() !== null)) e.preventDefault(); };
    window.addEventListener('popstate', read);
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick);
    return () => {
      window.removeEventListener('popstate', read);
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick);
    };
  },
};

export const query = {
  get(key: string, fallback = ''): string { return parsed.get(key) ?? fallback; },
  all(key: string): string[] { return parsed.getAll(key); },
  has(key: string): boolean { return parsed.has(key); },
  number(key: string): number | null {
    const text = parsed.get(key);
    return text === null || text === '' || !Number.isFinite(Number(text)) ? null : Number(text);
  },
  /** `set('tab', 'open')` or `set({ tab: 'open', page: null })`. Pass `{ replace: true }` for what changes with each key press. */
  set(key: string | Record<string, QueryValue>, value?: QueryValue | { replace?: boolean }, options: { replace?: boolean } = {}): void {
    const many = typeof key !== 'string';
    const changes = many ? key : { [key]: value as QueryValue };
    const opts = many ? ((value as { replace?: boolean } | undefined) ?? {}) : options;
    router.go(location.pathname + withQuery(location.search, changes) + location.hash, { ...opts, keepScroll: true });
  },
  /** The same page with other query values, for an <a href>. */
  href(changes: Record<string, QueryValue>): string { return path + withQuery(search, changes); },
};

function mayLeave(): boolean {
  const reason = blockers.map((b) => b()).find((r) => r !== null);
  return reason == null || window.confirm(reason);
}

function onClick(e: MouseEvent): void {
  if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const a = (e.target as Element | null)?.closest?.('a');
  if (!a || !a.href || a.target === '_blank' || a.hasAttribute('download') || a.dataset.native !== undefined) return;
  const url = new URL(a.href);
  if (url.origin !== location.origin || /^\/(api|widget|chat)(\/|$)/.test(url.pathname)) return;
  if (url.pathname === location.pathname && url.search === location.search && url.hash) return;
  e.preventDefault();
  router.go(url.pathname + url.search + url.hash);
}
