/** What this screen reads: named here, so that the screen says what it needs. */
import type { Ref } from '../../lib/api/types';

export interface Collection { id: string; name: string; owner: string | null; floor_milli: number; retired: boolean }
export interface CollectionRow { collection: Collection; revision: number; owner: Ref | null; articles: number; stale: number; retired: number; used_by: Ref[] }
export interface Knowledge { collections: CollectionRow[]; articles: number; passages: number }
export type Stale = { kind: 'overdue'; days: number } | { kind: 'no_review_day' };
export interface ArticleRow {
  id: string; title: string; collection: Ref; language: string | null; source: string | null; owner: Ref | null; review_by: string | null; stale: Stale | null;
  chars: number; retired: boolean; revision: number; published_at: number | null;
}
export interface ArticleList { rows: ArticleRow[]; total: number; next: number | null }
export interface ArticleDetail { row: ArticleRow; body: string }
export interface Source { article: string; title: string; passage: number; text: string; confidence: number | null }
export type WhyNot = { kind: 'nothing_found' } | { kind: 'below_floor'; best: number } | { kind: 'no_sentence' };
export interface SearchAnswer { answer: { text: string; sources: Source[] } | null; why_not: WhyNot | null; floor: number; confidence: number | null; passages: Source[] }
export interface ImportReport {
  applied: boolean; added: { source: string; title: string }[]; changed: { source: string; title: string }[]; unchanged: number; gone: { source: string; title: string }[];
  gone_retired: boolean; rejected: { name: string; why: string }[]; unknown_owners: string[];
}
export interface GapReport {
  gaps: { questions: number; examples: string[]; key_terms: string[]; nearest: Ref | null; nearest_confidence: number | null }[];
  single: number; questions: number; conversations: number; handed_off: number;
}

export function staleWords(stale: Stale): string {
  return stale.kind === 'no_review_day' ? 'No review day' : `Overdue by ${stale.days} ${stale.days === 1 ? 'day' : 'days'}`;
}

export function whyNotWords(why: WhyNot, floor: number): string {
  if (why.kind === 'nothing_found') return 'No article shares a word with the question that carries its subject.';
  if (why.kind === 'no_sentence') return 'What was found is sure enough, and no sentence of it answers by itself.';
  return `The best passage is ${why.best.toFixed(2)} sure and the floor is ${floor.toFixed(2)}: the agent says nothing rather than something wrong.`;
}
