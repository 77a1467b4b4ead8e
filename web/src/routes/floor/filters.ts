/** What of the floor is shown. The address holds it; here is what it means. */
import type { ConversationSummary, PersonLive, State } from '../../lib/api/types';
import { channelLabel, customerName, ownerPerson, ownerWords } from '../../lib/conversation/words';
import { needsSomebody } from './need';

export interface FloorFilter {
  queue: string;
  state: string;
  /** A person's id, `team:NAME`, or one of queue, ai, elsewhere. */
  owner: string;
  channel: string;
  need: boolean;
  /** What AI agents have in it. */
  ai: AiFilter | '';
  text: string;
}

export type AiFilter = 'has' | 'handed_off' | 'approval';
export const aiFilters: readonly { id: AiFilter; label: string }[] = [{ id: 'has', label: 'AI has it' }, { id: 'handed_off', label: 'Handed off' }, { id: 'approval', label: 'Waiting for approval' }];

export function aiFits(c: ConversationSummary, ai: AiFilter | ''): boolean {
  return ai === '' || (ai === 'has' ? c.owner.kind === 'ai' : ai === 'handed_off' ? c.handoff !== null : c.approval !== null);
}

export const states: readonly State[] = ['waiting', 'offered', 'active', 'held', 'wrap_up'];
export const teamPrefix = 'team:';

const fold = (s: string) => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function ownerFits(c: ConversationSummary, owner: string, teams: ReadonlyMap<string, string>): boolean {
  const person = ownerPerson(c.owner);
  if (owner.startsWith(teamPrefix)) return person !== null && teams.get(person.id) === owner.slice(teamPrefix.length);
  if (owner === 'queue' || owner === 'ai' || owner === 'elsewhere') return c.owner.kind === owner;
  // Somebody who is being asked is looked for by their name too.
  return person?.id === owner || c.offer?.person.id === owner;
}

function textFits(c: ConversationSummary, text: string): boolean {
  const words = [customerName(c.customer), ownerWords(c.owner), c.queue?.name ?? '', c.intent ?? '', channelLabel[c.channel] ?? '', ...c.labels].join(' ');
  return fold(words).includes(fold(text));
}

export function fits(c: ConversationSummary, f: FloorFilter, teams: ReadonlyMap<string, string>): boolean {
  return c.state !== 'closed'
    && (!f.queue || c.queue?.id === f.queue)
    && (!f.state || c.state === f.state)
    && (!f.channel || c.channel === f.channel)
    && (!f.need || needsSomebody(c))
    && (!f.owner || ownerFits(c, f.owner, teams))
    && aiFits(c, f.ai)
    && (!f.text || textFits(c, f.text));
}

export function isFiltered(f: FloorFilter): boolean {
  return !!(f.queue || f.state || f.owner || f.channel || f.need || f.ai || f.text);
}

export type StateCounts = Record<State, number> & { need: number; all: number };

/** Of everything that the other filters let through, so that a count says what a click on it will show. */
export function countStates(rows: readonly ConversationSummary[], f: FloorFilter, teams: ReadonlyMap<string, string>): StateCounts {
  const counts: StateCounts = { waiting: 0, offered: 0, active: 0, held: 0, wrap_up: 0, closed: 0, need: 0, all: 0 };
  const rest = { ...f, state: '', need: false };
  for (const c of rows) {
    if (!fits(c, rest, teams)) continue;
    counts.all++;
    counts[c.state]++;
    if (needsSomebody(c)) counts.need++;
  }
  return counts;
}

export type PeopleGroup = 'here' | 'free' | 'busy' | 'away' | 'lost' | 'offline';

/** Free is who has room for something now; lost is who should be there and is not. */
export function groupOf(p: PersonLive): Exclude<PeopleGroup, 'here'> {
  if (p.activity === 'error' || p.presence === 'not_responding') return 'lost';
  if (p.presence === 'offline') return 'offline';
  if (p.presence === 'available' && hasRoom(p)) return 'free';
  return p.presence === 'away' && p.used_slots === 0 ? 'away' : 'busy';
}

export function hasRoom(p: PersonLive): boolean {
  return p.presence === 'available' && p.used_slots < p.total_slots;
}

const groupOrder = { lost: 0, free: 1, busy: 2, away: 3, offline: 4 };

/** Who is lost comes first, then who has most room. */
export function byGroup(a: PersonLive, b: PersonLive): number {
  return groupOrder[groupOf(a)] - groupOrder[groupOf(b)] || (b.total_slots - b.used_slots) - (a.total_slots - a.used_slots) || a.name.localeCompare(b.name);
}

export function teamsOf(people: readonly PersonLive[]): string[] {
  return [...new Set(people.map((p) => p.team).filter((t): t is string => !!t))].sort((a, b) => a.localeCompare(b));
}

/** How many each AI filter would show, of what the other filters let through. */
export function countAi(rows: readonly ConversationSummary[], f: FloorFilter, teams: ReadonlyMap<string, string>): Record<AiFilter, number> {
  const rest = rows.filter((c) => fits(c, { ...f, ai: '' }, teams));
  return { has: rest.filter((c) => aiFits(c, 'has')).length, handed_off: rest.filter((c) => aiFits(c, 'handed_off')).length, approval: rest.filter((c) => aiFits(c, 'approval')).length };
}
