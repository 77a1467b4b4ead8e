/** The pure half of a transcript: what is merged, what belongs together, what is filled in. */
import type { TranscriptItem } from '../api/types';

/** What was sent from here and is not in the log yet. */
export interface Pending { key: string; kind: 'turn' | 'note' | 'whisper'; text: string; state: 'sending' | 'failed'; problem?: string; file?: File }

/** What was read and what the stream brought, each position once. An erasure wins over words that arrive late. */
export function mergeItems(read: readonly TranscriptItem[], streamed: readonly TranscriptItem[]): TranscriptItem[] {
  const byPosition = new Map<number, TranscriptItem>();
  for (const item of [...read, ...streamed]) {
    if (!byPosition.get(item.position)?.erased) byPosition.set(item.position, item);
  }
  return [...byPosition.values()].sort((a, b) => a.position - b.position);
}

export interface Block {
  key: string;
  /** A new day begins here. */
  day: number | null;
  items: TranscriptItem[];
}

/** The draft that stands: the last one, unless it was put aside or somebody has answered since. */
export function openDraft(items: readonly TranscriptItem[], dismissed: number): TranscriptItem | null {
  const draft = items.findLast((i) => i.kind === 'draft');
  if (!draft || draft.position <= dismissed || !draft.text) return null;
  const answered = items.some((i) => i.position > draft.position && i.kind === 'turn' && i.by.kind !== 'customer');
  return answered ? null : draft;
}

export interface Piece { text: string; token: boolean }

/** Words and the tokens that stand for what was hidden in them. */
export function hiddenPieces(text: string, kinds: readonly string[]): Piece[] {
  if (!kinds.length) return [{ text, token: false }];
  const parts = text.split(new RegExp(`(\\[(?:${kinds.join('|')})_\\d+\\])`));
  return parts.map((part, i) => ({ text: part, token: i % 2 === 1 })).filter((p) => p.text !== '');
}

const togetherMs = 3 * 60_000;

export function happenedAt(item: TranscriptItem): number { return item.occurred_at ?? item.at; }

function author(item: TranscriptItem): string { return `${item.kind} ${item.turn_kind === 'action'} ${item.by.kind} ${item.by.person?.id ?? item.by.name ?? ''}`; }

/** Turns of one author within three minutes stand together under one name. */
export function blocksOf(items: readonly TranscriptItem[]): Block[] {
  const blocks: Block[] = [];
  let day = '';
  for (const item of items) {
    const at = happenedAt(item);
    const itsDay = new Date(at).toDateString();
    const last = blocks.at(-1);
    const before = last?.items.at(-1);
    const together = before && itsDay === day && item.kind !== 'event' && author(before) === author(item) && at - happenedAt(before) < togetherMs;
    if (together && last) last.items.push(item);
    else blocks.push({ key: String(item.position), day: itsDay === day ? null : at, items: [item] });
    day = itsDay;
  }
  return blocks;
}

export interface Blanks { 'customer.name': string | null; 'agent.name': string | null; 'queue.name': string | null; 'conversation.id': string | null }

export interface Filled { text: string; missing: string[] }

/** Fills `{{customer.name}}` and the like. What is not known stays visible, so that nobody sends "Hello ,". */
export function fillReply(template: string, blanks: Blanks): Filled {
  const missing: string[] = [];
  const text = template.replace(/\{\{\s*([a-z._]+)\s*\}\}/gi, (whole, name: string) => {
    const value = blanks[name as keyof Blanks];
    if (value) return value;
    missing.push(name);
    return whole;
  });
  return { text, missing };
}

/** Blanks that are still in what is about to be sent. */
export function openBlanks(text: string): string[] {
  return Array.from(text.matchAll(/\{\{\s*([a-z._]+)\s*\}\}/gi), (m) => m[1] as string);
}

/** `/ref` at the start of the field or after a space, with the caret behind it. */
export function slashWord(text: string, caret: number): { from: number; word: string } | null {
  const found = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(text.slice(0, caret));
  return found ? { from: caret - (found[1] as string).length - 1, word: found[1] as string } : null;
}

const fold = (s: string) => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Shortcuts that begin with the word first, then titles, then texts that contain it. */
export function findReplies<T extends { shortcut: string; title: string; text: string }>(replies: readonly T[], word: string, max = 8): T[] {
  const w = fold(word);
  const rank = (r: T) => (fold(r.shortcut).startsWith(w) ? 0 : fold(r.title).includes(w) ? 1 : fold(r.shortcut).includes(w) ? 2 : fold(r.text).includes(w) ? 3 : 4);
  return replies.map((r) => ({ r, k: rank(r) })).filter((x) => x.k < 4).sort((a, b) => a.k - b.k || a.r.shortcut.localeCompare(b.r.shortcut)).slice(0, max).map((x) => x.r);
}
