/** Pages of conversations, gathered: a new filter starts anew, "load more" adds to what is there. */
import { request } from '../../lib/api';
import type { ConversationPage, ConversationRow } from '../../lib/api/types';
import { ApiError } from '../../lib/problem';

const pageRows = 100;

export function conversationList(filter: () => Record<string, string>) {
  let rows = $state.raw<ConversationRow[]>([]);
  let total = $state<number | null>(null);
  let cursor = $state<string | null>(null);
  let error = $state.raw<ApiError | null>(null);
  let busy = $state(true);
  let running: AbortController | null = null;

  async function load(asked: Record<string, string>, after: string | null): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    busy = true;
    try {
      const page = await request<ConversationPage>('GET', '/api/conversations', { query: { ...asked, cursor: after, limit: pageRows }, signal: mine.signal });
      if (running !== mine) return;
      // What moved between two pages must not stand there twice.
      const known = new Set(after ? rows.map((r) => r.id) : []);
      rows = after ? [...rows, ...page.rows.filter((r) => !known.has(r.id))] : page.rows;
      total = page.total;
      cursor = page.next_cursor;
      error = null;
    } catch (e) {
      if (running !== mine || (e instanceof DOMException && e.name === 'AbortError')) return;
      error = e instanceof ApiError ? e : new ApiError({ status: 0, code: 'failed', title: 'This could not be shown', detail: String(e) });
    }
    busy = false;
  }

  $effect(() => {
    void load(filter(), null);
    return () => running?.abort();
  });

  return {
    get rows() { return rows; },
    get total() { return total; },
    get more() { return cursor !== null; },
    get error() { return error; },
    get busy() { return busy; },
    get loading() { return busy && total === null; },
    reload: () => load(filter(), null),
    loadMore: () => (cursor ? load(filter(), cursor) : Promise.resolve()),
  };
}
