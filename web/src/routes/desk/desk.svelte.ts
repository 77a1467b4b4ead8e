/** What is on a person's desk: read once, then from the live topic `desk`, which holds it whole. */
import { request } from '../../lib/api';
import type { ConversationSummary, DeskView, PersonLive, Presence } from '../../lib/api/types';
import { live } from '../../lib/live.svelte';
import { resource, type Resource } from '../../lib/resource.svelte';

export interface QueueWaiting { id: string; name: string; waiting?: number }

export interface Desk {
  readonly view: Resource<DeskView>;
  readonly me: PersonLive | undefined;
  readonly offers: ConversationSummary[];
  /** Active and held ones first, in the order in which they came; then what is still to wrap up. */
  readonly conversations: ConversationSummary[];
  readonly queues: QueueWaiting[];
  /** Conversations of the queues served here in which an AI agent waits for somebody to agree. */
  readonly approvals: ConversationSummary[];
  /** True once it is known what is on the desk. */
  readonly ready: boolean;
}

function byArrival(a: ConversationSummary, b: ConversationSummary): number {
  const wrap = Number(a.state === 'wrap_up') - Number(b.state === 'wrap_up');
  return wrap || (a.owned_since ?? a.opened_at) - (b.owned_since ?? b.opened_at) || a.id.localeCompare(b.id);
}

/** In a component's script. */
export function useDesk(): Desk {
  const topic = live.use('desk');
  const view = resource((signal) => request<DeskView>('GET', '/api/desk', { signal }));
  const streamed = $derived(topic.ready);
  const me = $derived(topic.kind<PersonLive>('me').list()[0] ?? view.data?.me);
  const offers = $derived(
    [...(streamed ? topic.kind<ConversationSummary>('offer').list() : (view.data?.offers ?? []))]
      .filter((c) => c.offer !== null)
      .sort((a, b) => (a.offer?.expires_at ?? 0) - (b.offer?.expires_at ?? 0)),
  );
  const conversations = $derived.by(() => {
    const rows = streamed ? topic.kind<ConversationSummary>('conversation').list() : [...(view.data?.conversations ?? []), ...(view.data?.wrap_ups ?? [])];
    const seen = new Map(rows.map((r) => [r.id, r]));
    return [...seen.values()].sort(byArrival);
  });
  const queues = $derived.by(() => {
    const counted = topic.kind<QueueWaiting>('queue').list();
    return counted.length ? counted : ((view.data?.queues ?? me?.queues ?? []) as QueueWaiting[]);
  });
  const approvals = $derived([...topic.kind<ConversationSummary>('approval').list(), ...conversations].filter((c, i, all) => c.approval !== null && all.findIndex((o) => o.id === c.id) === i));
  return {
    view,
    get approvals() { return approvals; },
    get me() { return me; },
    get offers() { return offers; },
    get conversations() { return conversations; },
    get queues() { return queues; },
    get ready() { return streamed || view.data !== undefined; },
  };
}

export function setPresence(presence: Exclude<Presence, 'not_responding'>, reason?: string): Promise<unknown> {
  return request('PUT', '/api/desk/presence', { body: reason ? { presence, reason } : { presence } });
}

/** Reasons for being away. They are kept as slugs; a centre that reports by reason can rely on them. */
export const awayReasons = ['break', 'lunch', 'meeting', 'training', 'paperwork'] as const;
