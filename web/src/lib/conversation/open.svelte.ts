/** One conversation, read once and then kept live: what was read and what is streamed are merged by position. */
import { request } from '../api';
import type { ConversationDetail, ConversationSummary, Fact, TranscriptItem } from '../api/types';
import { clock } from '../clock.svelte';
import { live } from '../live.svelte';
import type { ApiError } from '../problem';
import { resource } from '../resource.svelte';
import { mergeItems } from './transcript';

export interface Typist { by: string; name?: string }

export interface OpenConversation {
  readonly id: string | null;
  readonly detail: ConversationDetail | undefined;
  readonly summary: ConversationSummary | undefined;
  readonly items: TranscriptItem[];
  readonly facts: Fact[] | undefined;
  /** Who types now, the viewer left out. */
  readonly typing: Typist[];
  readonly loading: boolean;
  readonly error: ApiError | null;
  reload(): Promise<void>;
}

interface Options {
  /** Read the timeline too, and again when something happened. */
  facts?: () => boolean;
  me?: () => string | null;
}

/** A typing signal that is not repeated is forgotten. */
const typingMs = 8_000;
/** Facts come in small groups; what they permit is asked for once per group. */
const settleMs = 250;

interface TypingSignal { by?: string | { kind?: string; name?: string }; name?: string; until?: number; at?: number }

export function openConversation(id: () => string | null, options: Options = {}): OpenConversation {
  const at = (rest: string) => `/api/conversations/${encodeURIComponent(id() as string)}${rest}`;
  const detail = resource(async (signal) => (id() === null ? undefined : request<ConversationDetail>('GET', at(''), { signal })));
  const transcript = resource(async (signal) => (id() === null ? undefined : { of: id(), ...(await request<{ items: TranscriptItem[] }>('GET', at('/transcript'), { signal })) }));
  const wantsFacts = $derived(options.facts?.() ?? false);
  const facts = resource(async (signal) => (id() === null || !wantsFacts ? undefined : { of: id(), ...(await request<{ facts: Fact[] }>('GET', at('/timeline'), { signal })) }));
  const topic = live.watch(() => (id() === null ? null : `conversation:${id()}`));

  const ofThis = $derived(detail.data?.summary.id === id() ? detail.data : undefined);
  const streamed = $derived(topic.current?.kind<ConversationSummary>('summary').list()[0]);
  const summary = $derived.by(() => {
    const read = ofThis?.summary;
    const next = streamed?.id === id() ? streamed : undefined;
    const newest = next && (!read || next.position >= read.position) ? next : read;
    // A name that was given a moment ago is on the card before it is on the live row.
    const name = ofThis?.customer.name;
    return newest && newest.customer.name === null && name ? { ...newest, customer: { ...newest.customer, name } } : newest;
  });
  const items = $derived(mergeItems(transcript.data?.of === id() ? transcript.data.items : [], topic.current?.kind<TranscriptItem>('item').list() ?? []));

  // When the stream says something newer than what was read, what one may do (and the timeline) may have changed too.
  // A closed conversation leaves the stream: how it ended is then read.
  let timer: ReturnType<typeof setTimeout> | undefined;
  let streamedOf: string | null = null;
  $effect(() => {
    const newer = streamed && ofThis && streamed.id === ofThis.summary.id && streamed.position > ofThis.summary.position;
    const left = !streamed && ofThis && streamedOf === ofThis.summary.id;
    streamedOf = streamed?.id ?? null;
    if (!newer && !left) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      void detail.reload();
      if (wantsFacts) void facts.reload();
    }, settleMs);
    return () => clearTimeout(timer);
  });

  // The moment a signal arrived is this browser's own, so that no other clock is needed.
  const heard = new Map<string, { data: unknown; at: number }>();
  const typing = $derived.by(() => {
    const now = clock.now;
    const found: Typist[] = [];
    for (const [key, data] of topic.current?.kind<TypingSignal>('typing').entries() ?? []) {
      const known = heard.get(key);
      if (known?.data !== data) heard.set(key, { data, at: Date.now() });
      const since = heard.get(key)?.at ?? 0;
      const until = data.until ?? since + typingMs;
      const by = typeof data.by === 'string' ? data.by : (data.by?.kind ?? (key === 'customer' ? 'customer' : 'human_agent'));
      if (until > now && Date.now() - since < typingMs && key !== options.me?.()) found.push({ by, name: data.name ?? (typeof data.by === 'object' ? data.by.name : undefined) });
    }
    return found;
  });

  return {
    get id() { return id(); },
    get detail() { return ofThis; },
    get summary() { return summary; },
    get items() { return items; },
    get facts() { return facts.data?.of === id() ? facts.data.facts : undefined; },
    get typing() { return typing; },
    get loading() { return id() !== null && detail.error === null && (!ofThis || transcript.data?.of !== id()); },
    get error() { return detail.error ?? transcript.error; },
    async reload() { await Promise.all([detail.reload(), transcript.reload(), wantsFacts ? facts.reload() : undefined]); },
  };
}
