/**
 * One event stream per tab. Screens say which topics they need; the stream carries the union of them.
 *
 * Wire: `event: batch`, `id: <log position>`, `data: [{topic, kind, id, position?, data|null}]`.
 * `event: reset`, `data: ["floor"]`, or an item `{topic, kind: "reset"}`: forget these topics; what follows holds them whole.
 * `event: ping`: the stream is alive. Once one was seen, a long silence counts as a broken stream.
 * After a break the stream is asked for with `last_event_id=<position>`; after a change of topics without it.
 */
import { KindTable, backoffMs, parseBatch, positionOf, resetKind, type LiveItem } from './live-merge';

export type LiveState = 'idle' | 'connecting' | 'live' | 'stale';

export interface KindView<T> {
  get(id: string): T | undefined;
  has(id: string): boolean;
  list(): T[];
  entries(): [string, T][];
  readonly size: number;
}

const lingerMs = 10_000;
const reopenMs = 60;
const silenceMs = 45_000;

/** State that is made while a screen computes would belong to that computation and never wake it; so it is made outside. */
function apart<T>(make: () => T): T {
  let made: T | undefined;
  $effect.root(() => { made = make(); })();
  return made as T;
}

class Kind implements KindView<unknown> {
  readonly table = new KindTable();
  #version = $state(0);
  #list: { version: number; rows: unknown[] } = { version: -1, rows: [] };

  touch(): void { this.#version++; }
  get(id: string): unknown { this.#version; return this.table.get(id); }
  has(id: string): boolean { this.#version; return this.table.has(id); }
  /** The same array until something changes. Do not sort it in place. */
  list(): unknown[] {
    if (this.#list.version !== this.#version) this.#list = { version: this.#version, rows: this.table.list() };
    return this.#list.rows;
  }
  entries(): [string, unknown][] { this.#version; return this.table.entries(); }
  get size(): number { this.#version; return this.table.size; }
}

export class Topic {
  #kinds = new Map<string, Kind>();
  #ready = $state(false);

  /** False until the first batch: show a skeleton, not "nothing here". */
  get ready(): boolean { return this.#ready; }
  markReady(): void { if (!this.#ready) this.#ready = true; }
  raw(kind: string): Kind {
    let k = this.#kinds.get(kind);
    if (!k) this.#kinds.set(kind, (k = apart(() => new Kind())));
    return k;
  }
  /** `live.topic('floor').kind<Row>('conversation').list()` */
  kind<T>(kind: string): KindView<T> { return this.raw(kind) as unknown as KindView<T>; }
  clear(changed: Set<Kind>): void {
    for (const k of this.#kinds.values()) {
      k.table.clear();
      changed.add(k);
    }
  }
}

type Step = { reset: string[] } | { items: LiveItem[]; position: number };

let state = $state<LiveState>('idle');
let since = $state<number | null>(null);
let nextTryAt = $state<number | null>(null);

const topics = new Map<string, Topic>();
const wanted = new Map<string, number>();
const leaving = new Map<string, ReturnType<typeof setTimeout>>();
let source: EventSource | null = null;
let openTopics = '';
let position = '';
let attempt = 0;
let queue: Step[] = [];
let frame = 0;
let reopenTimer: ReturnType<typeof setTimeout> | undefined;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let silenceTimer: ReturnType<typeof setTimeout> | undefined;
let pings = false;
let onRefused: () => void = () => {};

function topicKey(): string {
  return [...wanted.keys()].sort().join(',');
}

function scheduleReopen(): void {
  clearTimeout(reopenTimer);
  reopenTimer = setTimeout(() => { if (topicKey() !== openTopics) { position = ''; open(); } }, reopenMs);
}

function close(): void {
  clearTimeout(retryTimer);
  clearTimeout(silenceTimer);
  source?.close();
  source = null;
}

function open(): void {
  close();
  openTopics = topicKey();
  nextTryAt = null;
  if (!openTopics) {
    state = 'idle';
    since = null;
    return;
  }
  if (state === 'idle') state = 'connecting';
  const resume = position ? `&last_event_id=${encodeURIComponent(position)}` : '';
  const s = new EventSource(`/api/live?topics=${openTopics.split(',').map(encodeURIComponent).join(',')}${resume}`);
  source = s;
  s.onopen = () => { if (s === source) alive(); };
  s.onerror = () => { if (s === source) broken(); };
  s.addEventListener('batch', (e) => { if (s === source) onBatch(e); });
  s.addEventListener('reset', (e) => {
    if (s !== source) return;
    try {
      const names: unknown = JSON.parse(e.data as string);
      if (Array.isArray(names)) queue.push({ reset: names.filter((n): n is string => typeof n === 'string') });
    } catch { /* A reset that cannot be read changes nothing. */ }
    alive();
  });
  s.addEventListener('ping', () => {
    if (s !== source) return;
    pings = true;
    alive();
  });
}

function alive(): void {
  attempt = 0;
  state = 'live';
  since = null;
  clearTimeout(silenceTimer);
  if (pings) silenceTimer = setTimeout(broken, silenceMs);
}

function broken(): void {
  const refused = source?.readyState === EventSource.CLOSED;
  close();
  if (state !== 'stale') {
    state = 'stale';
    since = Date.now();
  }
  const wait = backoffMs(attempt++, Math.random());
  nextTryAt = Date.now() + wait;
  retryTimer = setTimeout(open, wait);
  // An event stream does not tell its status. The app looks whether the session is still there.
  if (refused) onRefused();
}

function onBatch(e: MessageEvent): void {
  alive();
  if (e.lastEventId) position = e.lastEventId;
  queue.push({ items: parseBatch(e.data as string), position: Number(e.lastEventId) || 0 });
  if (frame) return;
  // A hidden tab draws no frames; it still has to keep its count of what is waiting.
  frame = document.hidden ? (setTimeout(flush, 500) as unknown as number) : requestAnimationFrame(flush);
}

function flush(): void {
  frame = 0;
  const steps = queue;
  queue = [];
  const changed = new Set<Kind>();
  for (const step of steps) {
    if ('reset' in step) {
      for (const name of step.reset) topics.get(name)?.clear(changed);
      continue;
    }
    for (const item of step.items) {
      if (item.kind === resetKind) {
        topics.get(item.topic)?.clear(changed);
        continue;
      }
      const kind = topics.get(item.topic)?.raw(item.kind);
      if (kind?.table.apply(item.id, positionOf(item, step.position), item.data)) changed.add(kind);
    }
  }
  for (const kind of changed) kind.touch();
  for (const [name, topic] of topics) if (wanted.has(name)) topic.markReady();
}

export const live = {
  get state() { return state; },
  /** Since when the stream is down, in milliseconds; null while it is not. */
  get since() { return since; },
  get nextTryAt() { return nextTryAt; },

  /** What is held for a topic. Does not subscribe: see `use` and `subscribe`. */
  topic(name: string): Topic {
    let t = topics.get(name);
    if (!t) topics.set(name, (t = apart(() => new Topic())));
    return t;
  },

  subscribe(name: string): () => void {
    live.topic(name);
    clearTimeout(leaving.get(name));
    leaving.delete(name);
    wanted.set(name, (wanted.get(name) ?? 0) + 1);
    scheduleReopen();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      const left = (wanted.get(name) ?? 1) - 1;
      wanted.set(name, left);
      // Going back and forth between two screens must not reopen the stream each time.
      if (left === 0) leaving.set(name, setTimeout(() => drop(name), lingerMs));
    };
  },

  /** In a component's script: `const floor = live.use('floor')`. Subscribed while the component lives. */
  use(name: string): Topic {
    $effect(() => live.subscribe(name));
    return live.topic(name);
  },

  /** The same for a name that changes: `const conv = live.watch(() => `conversation:${id}`)`, then `conv.current`. */
  watch(name: () => string | null): { readonly current: Topic | null } {
    $effect(() => {
      const n = name();
      return n === null ? undefined : live.subscribe(n);
    });
    return { get current() { const n = name(); return n === null ? null : live.topic(n); } };
  },

  retryNow(): void { if (state === 'stale') open(); },
  whenRefused(run: () => void): void { onRefused = run; },
  /** At sign-out: nothing of one person may be seen by the next. */
  stop(): void {
    close();
    for (const t of leaving.values()) clearTimeout(t);
    topics.clear();
    wanted.clear();
    leaving.clear();
    queue = [];
    position = '';
    openTopics = '';
    state = 'idle';
    since = null;
  },
};

function drop(name: string): void {
  leaving.delete(name);
  if ((wanted.get(name) ?? 0) > 0) return;
  wanted.delete(name);
  topics.delete(name);
  scheduleReopen();
}
