/** Something loaded from the API, with all its states, so that no screen forgets one. */
import { ApiError } from './problem';

export interface Resource<T> {
  readonly data: T | undefined;
  readonly error: ApiError | null;
  /** True only until the first answer: later loads keep what is on screen. */
  readonly loading: boolean;
  readonly refreshing: boolean;
  reload(): Promise<void>;
  /** Puts a value in by hand, for optimistic changes. */
  set(value: T): void;
}

/** `const list = resource((signal) => request('GET', `/api/x?${query.get('q')}`, { signal }))` loads again when what it reads changes. */
export function resource<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  let data = $state.raw<T | undefined>(undefined);
  let error = $state.raw<ApiError | null>(null);
  let busy = $state(true);
  let running: AbortController | null = null;

  async function run(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const pending = load(mine.signal);
    busy = true;
    try {
      const got = await pending;
      if (running !== mine) return;
      data = got;
      error = null;
    } catch (e) {
      if (running !== mine || (e instanceof DOMException && e.name === 'AbortError')) return;
      error = e instanceof ApiError ? e : new ApiError({ status: 0, code: 'failed', title: 'This could not be shown', detail: String(e) });
    }
    busy = false;
  }

  $effect(() => {
    void run();
    return () => running?.abort();
  });

  return {
    get data() { return data; },
    get error() { return error; },
    get loading() { return busy && data === undefined && error === null; },
    get refreshing() { return busy; },
    reload: run,
    set(value: T) { data = value; },
  };
}
