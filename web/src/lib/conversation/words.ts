/** How a conversation is put into words and tones. One place, so that the floor, the desk and the lists say the same. */
import type { Channel, ConversationSummary, CustomerCard, CustomerRef, IdentityKind, Origin, Owner, PossibleMatch, Presence, Ref, State, TranscriptItem } from '../api/types';
import type { IconName } from '../icons';
import type { Tone } from '../tone';

export const channelLabel: Record<Channel, string> = { webchat: 'Web chat', messaging: 'Messaging', voice: 'Voice', email: 'E-mail' };
export const channelIcon: Record<Channel, IconName> = { webchat: 'chat', messaging: 'conversations', voice: 'phone', email: 'email' };

export const originLabel: Record<Origin, string> = {
  native: 'Came here', ingested: 'Reported by another system', imported: 'Imported', replayed: 'Replayed from an import', simulated: 'Simulated',
};

const stateWords: Record<State, string> = { waiting: 'Waiting', offered: 'Offered', active: 'Active', held: 'On hold', wrap_up: 'Wrap-up', closed: 'Closed' };
const stateTones: Record<State, Tone> = { waiting: 'warn', offered: 'warn', active: 'good', held: 'info', wrap_up: 'info', closed: 'neutral' };

export function stateWord(state: State): string { return stateWords[state] ?? state; }
export function stateTone(state: State): Tone { return stateTones[state] ?? 'neutral'; }

const presenceWords: Record<Presence, string> = { available: 'Available', away: 'Away', not_responding: 'Not responding', offline: 'Offline' };
const presenceTones: Record<Presence, Tone> = { available: 'good', away: 'info', not_responding: 'bad', offline: 'neutral' };

export function presenceWord(presence: Presence, reason?: string | null): string {
  const word = presenceWords[presence] ?? presence;
  return presence === 'away' && reason ? `${word}: ${slugWords(reason)}` : word;
}
export function presenceTone(presence: Presence): Tone { return presenceTones[presence] ?? 'neutral'; }

/** `past_target` and `past-target` are read as "past target". */
export function slugWords(slug: string): string { return slug.replaceAll(/[_-]+/g, ' '); }
export function sentenceCase(text: string): string { return text.charAt(0).toUpperCase() + text.slice(1); }

export function ownerWords(owner: Owner): string {
  switch (owner.kind) {
    case 'queue': return `Queue ${owner.queue.name}`;
    case 'agent': return owner.person.name;
    case 'supervisor': return `${owner.person.name} (supervisor)`;
    case 'ai': return `AI agent ${owner.agent}`;
    case 'elsewhere': return `${owner.name} (another system)`;
    case 'closed': return 'Nobody, it is over';
  }
}

export function ownerIcon(owner: Owner): IconName {
  return owner.kind === 'queue' ? 'queue' : owner.kind === 'ai' ? 'bot' : owner.kind === 'elsewhere' ? 'external' : owner.kind === 'closed' ? 'check' : 'customer';
}

export function ownerPerson(owner: Owner): Ref | null {
  return owner.kind === 'agent' || owner.kind === 'supervisor' ? owner.person : null;
}

/** Nobody has to say who they are. */
export function customerName(customer: CustomerRef | { id?: string; name: string | null }): string {
  return customer.name?.trim() || 'Visitor without a name';
}

const outcomes: Record<string, string> = { resolved: 'Resolved', unresolved: 'Not resolved', contained: 'Settled without a person', abandoned: 'Abandoned', turned_away: 'Turned away' };
export function outcomeLabel(outcome: string): string { return outcomes[outcome] ?? sentenceCase(slugWords(outcome)); }
export function outcomeTone(outcome: string): Tone {
  return outcome === 'resolved' || outcome === 'contained' ? 'good' : outcome === 'abandoned' || outcome === 'turned_away' ? 'bad' : outcome === 'unresolved' ? 'warn' : 'neutral';
}

export const identityLabel: Record<IdentityKind, string> = { name: 'Name', email: 'E-mail', phone: 'Phone', external: 'Customer number' };

export function languageLabel(code: string): string {
  try {
    return new Intl.DisplayNames(undefined, { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function bytesLabel(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Who said it, as a reader of the transcript would call them. */
export function authorName(item: TranscriptItem, customer: string | null, me: string | null): string {
  const { by } = item;
  if (by.person) return by.person.id === me ? 'You' : by.person.name;
  if (by.kind === 'customer') return customer?.trim() || by.name || 'Customer';
  if (by.kind === 'ai_agent') return by.name ? `${by.name} (AI)` : 'AI agent';
  if (by.kind === 'system') return 'Signalbox';
  return by.name ?? (by.kind === 'supervisor' ? 'Supervisor' : by.kind === 'elsewhere' ? 'Another system' : 'Agent');
}

export function segmentFact(type: string): string { return sentenceCase(slugWords(type.replace('.', ': '))); }

export function isMine(summary: ConversationSummary, me: string | null): boolean {
  return me !== null && ownerPerson(summary.owner)?.id === me;
}

export function plural(n: number, one: string, many = `${one}s`): string { return `${n.toLocaleString()} ${n === 1 ? one : many}`; }

/** A snippet of a search marks what was found between U+0002 and U+0003. */
export function markedParts(snippet: string): { text: string; hit: boolean }[] {
  const parts = snippet.split(/[\u0002\u0003]/);
  return parts.map((text, i) => ({ text, hit: i % 2 === 1 })).filter((p) => p.text !== '');
}

/** Another system tells the same address with each conversation; a reader wants to see it once. */
export function distinctIdentities(card: CustomerCard): CustomerCard['identities'] {
  const seen = new Map<string, CustomerCard['identities'][number]>();
  for (const i of card.identities) {
    const key = i.value === null ? `${i.kind} erased` : `${i.kind} ${i.value.trim().toLowerCase()}`;
    const before = seen.get(key);
    if (!before || (i.verified && !before.verified)) seen.set(key, i);
  }
  return [...seen.values()];
}

/** "Same e-mail: a@b.c, not verified": why two customers may be one. */
export function matchWords(m: PossibleMatch): string {
  const doubt = m.verified && m.other_verified ? 'verified by both' : m.verified ? 'the other one did not verify it' : m.other_verified ? 'not verified here' : 'not verified by either';
  return `Same ${identityLabel[m.kind].toLowerCase()}${m.value ? `: ${m.value}` : ''}, ${doubt}`;
}

/** Who had it, for a list: people first, or whoever has it now. */
export function handledBy(row: { agents: Ref[]; owner: Owner }): string {
  return row.agents.map((a) => a.name).join(', ') || (row.owner.kind === 'closed' ? 'No person' : ownerWords(row.owner));
}
