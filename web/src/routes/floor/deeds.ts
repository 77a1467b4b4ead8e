/** How a supervisor may step in right now, and if not, why not. The engine settles every race; this only spares a refusal. */
import type { ConversationSummary } from '../../lib/api/types';
import { ownerPerson, ownerWords } from '../../lib/conversation/words';

export type DeedName = 'monitor' | 'whisper' | 'barge' | 'take_over' | 'hand_back' | 'assign' | 'reply';
/** `why` is null when it can be done. */
export type Deeds = Record<DeedName, { why: string | null }>;

export function isWatching(s: ConversationSummary, me: string | null): boolean { return s.watchers.some((p) => p.id === me); }
export function isBarged(s: ConversationSummary, me: string | null): boolean { return s.barged.some((p) => p.id === me); }

export function deeds(s: ConversationSummary, me: string | null): Deeds {
  const owner = ownerPerson(s.owner);
  const mine = owner !== null && owner.id === me;
  const other = s.owner.kind === 'supervisor' && !mine ? `${s.owner.person.name} has taken it over` : null;
  const over = s.state === 'closed' || s.owner.kind === 'closed' ? 'The conversation is over' : null;
  const foreign = s.observed || s.owner.kind === 'elsewhere' ? 'It lives in another system, and only that system can do this' : null;
  const nobody = s.owner.kind === 'queue' ? 'Nobody works on it yet' : null;
  const own = mine ? 'You have it yourself' : null;
  const ended = s.state === 'wrap_up' ? 'The customer is gone; only the wrap-up is left' : null;
  const first = (...reasons: (string | null)[]) => ({ why: reasons.find((r) => r !== null) ?? null });
  return {
    monitor: first(over, own),
    whisper: first(over, foreign, nobody, own),
    barge: first(over, foreign, nobody, own, other, ended, isBarged(s, me) ? 'You are in the conversation' : null),
    take_over: first(over, foreign, own, other, ended),
    hand_back: first(over, s.owner.kind === 'supervisor' && mine ? null : 'You have not taken it over'),
    assign: first(over, foreign, ended, s.queue ? null : 'It never was in a queue'),
    reply: first(over, foreign, ended, mine || isBarged(s, me) ? null : 'Barge in or take over to speak to the customer'),
  };
}

/** What will happen, before it does. */
export function takeOverWords(s: ConversationSummary): string {
  const owner = ownerPerson(s.owner);
  if (s.owner.kind === 'queue') {
    const asked = s.offer ? ` The offer to ${s.offer.person.name} is withdrawn.` : '';
    return `You become its owner and answer the customer. It leaves the queue ${s.owner.queue.name}.${asked} Nobody else can take it until you hand it back or close it.`;
  }
  const from = owner ? owner.name : ownerWords(s.owner);
  const back = owner ? `If you hand it back, it returns to ${owner.name} if they are still here, otherwise to the front of the queue.` : 'If you hand it back, it goes to the front of its queue.';
  return `${from} loses the conversation at once and sees that you took it. You become its owner and answer the customer. ${back}`;
}
