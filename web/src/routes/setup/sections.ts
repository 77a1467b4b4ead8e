/** The nine kinds of documents: what they are called, where they are, and what a table says about them. */
import type { Column } from '../../lib/components/DataTable.svelte';
import { plural } from '../../lib/conversation/words';
import type { IconName } from '../../lib/icons';
import { find, inUse, type AnyDocument, type Documents, type Kind, type Row, type SetupData } from './documents';
import { openState, openWords, weekWords } from './hours';
import { channelsWords, measures, measureValue, needsWords, rankings, roles, scopes, shortWords, targetWords } from './words';

export interface Section<K extends Kind = Kind> {
  kind: K;
  /** Its part of the address: /setup/<slug>. */
  slug: string;
  title: string;
  /** For the row of sections, where room is short. */
  short?: string;
  noun: string;
  icon: IconName;
  about: string;
  /** What to do first, where there is none yet. */
  first: string;
  /** What is called retired elsewhere. */
  over: string;
  columns: (all: SetupData, now: number) => Column<Row<Documents[K]>>[];
}

function col<T extends AnyDocument>(key: string, label: string, width: string, text: (d: T) => string | number, more: Partial<Column<Row<T>>> = {}): Column<Row<T>> {
  return { key, label, width, text: (r) => text(r.document), sort: (r) => text(r.document), ...more };
}

/** Conversations of a queue reach people through their profile. */
export function peopleWithProfile(all: SetupData, profile: string): number {
  return inUse(all, 'people').filter((p) => p.profile === profile).length;
}
export function profilesOfQueue(all: SetupData, queue: string): string[] {
  return inUse(all, 'routing_profiles').filter((p) => p.queues.some((q) => q.queue === queue)).map((p) => p.name);
}

const queues: Section<'queues'> = {
  kind: 'queues', slug: 'queues', title: 'Queues', noun: 'queue', icon: 'queue', over: 'Retired', about: 'Waiting lines: who may take from them, how the circle widens, and what is promised.', first: 'Begin here: conversations wait in queues. A routing profile then serves the queue, and people have that profile.',
  columns: (all) => [
    col('needs', 'Needs', 'minmax(140px, 1.3fr)', (q) => (q.needs.length ? needsWords(q.needs, all) : 'No skill')),
    col('target', 'Promise', 'minmax(190px, 1fr)', targetWords, { hideBelow: 860, sort: (r) => r.document.target.within_ms }),
    col('ranking', 'Asked first', '120px', (q) => rankings[q.ranking].label, { hideBelow: 990 }),
    col('rings', 'Rings', '56px', (q) => q.rings.length, { align: 'end', hideBelow: 1180 }),
    col('hours', 'Hours', 'minmax(100px, 0.7fr)', (q) => find(all, 'hours', q.hours)?.name ?? 'Always open', { hideBelow: 660 }),
    col('profiles', 'Served by', 'minmax(120px, 1fr)', (q) => profilesOfQueue(all, q.id).join(', ') || 'Nobody', { hideBelow: 1120 }),
  ],
};
const skills: Section<'skills'> = {
  kind: 'skills', slug: 'skills', title: 'Skills', noun: 'skill', icon: 'star', over: 'Retired', about: 'What people can, at levels from 1 to 10, and what queues ask for.', first: 'You can begin without: a queue that needs no skill is served by everybody whose routing profile has it.',
  columns: (all) => [
    col('people', 'People who have it', '150px', (s) => inUse(all, 'people').filter((p) => p.skills[s.id]).length, { align: 'end' }),
    col('queues', 'Needed by', 'minmax(160px, 1.6fr)', (s) => inUse(all, 'queues').filter((q) => q.needs.some((n) => n.skill === s.id)).map((q) => q.name).join(', ') || 'No queue', { hideBelow: 720 }),
  ],
};
const profiles: Section<'routing_profiles'> = {
  kind: 'routing_profiles', slug: 'routing-profiles', title: 'Routing profiles', short: 'Profiles', noun: 'routing profile', icon: 'transfer', over: 'Retired', about: 'Rules of work for a group of people: which queues they serve and how much at once.', first: 'It says which queues a group of people serves. Make a queue first, then the profile, then give it to people.',
  columns: (all) => [
    col('queues', 'Queues, in order', 'minmax(180px, 1.4fr)', (p) => [...p.queues].sort((a, b) => a.priority - b.priority).map((q) => find(all, 'queues', q.queue)?.name ?? '?').join(', ') || 'None'),
    col('capacity', 'At once', 'minmax(180px, 1.2fr)', (p) => channelsWords(p.capacity), { hideBelow: 860 }),
    col('people', 'People', '80px', (p) => peopleWithProfile(all, p.id), { align: 'end' }),
  ],
};
const hours: Section<'hours'> = {
  kind: 'hours', slug: 'hours', title: 'Opening hours', short: 'Hours', noun: 'opening hours', icon: 'hours', over: 'Retired', about: 'When queues are open, in their own time zone, with the dates that differ.', first: 'You can begin without: a queue without opening hours is always open.',
  columns: (all, now) => [
    col('now', 'Now', 'minmax(240px, 1fr)', (h) => openWords(openState(h, now))),
    col('week', 'Week', 'minmax(180px, 1.4fr)', weekWords, { hideBelow: 820 }),
    col('zone', 'Time zone', '140px', (h) => h.time_zone, { hideBelow: 970 }),
    col('queues', 'Queues', 'minmax(110px, 0.8fr)', (h) => inUse(all, 'queues').filter((q) => q.hours === h.id).map((q) => q.name).join(', ') || 'None', { hideBelow: 1090 }),
  ],
};
const people: Section<'people'> = {
  kind: 'people', slug: 'people', title: 'People', noun: 'person', icon: 'customer', over: 'Left', about: 'Who works here, what they may do, what they can, and which rules of work they follow.', first: 'Add those who work here, give each a routing profile and a first password.',
  columns: (all) => [
    col('role', 'Role', '116px', (p) => roles[p.role].label),
    col('team', 'Team', 'minmax(90px, 0.7fr)', (p) => p.team ?? '–', { hideBelow: 890 }),
    col('profile', 'Routing profile', 'minmax(120px, 1fr)', (p) => find(all, 'routing_profiles', p.profile)?.name ?? 'Takes nothing', { hideBelow: 640 }),
    col('skills', 'Skills', 'minmax(140px, 1.5fr)', (p) => skillWords(all, p.skills) || '–', { hideBelow: 790 }),
    col('email', 'E-mail', 'minmax(140px, 1fr)', (p) => p.email, { hideBelow: 1040 }),
  ],
};
const alertRules: Section<'alert_rules'> = {
  kind: 'alert_rules', slug: 'alert-rules', title: 'Alert rules', noun: 'alert rule', icon: 'bell', over: 'Switched off', about: 'What watches the floor: a measure, when it fires, and when it clears.', first: 'Begin with the longest wait of a queue: it fires before customers give up.',
  columns: (all) => [
    col('measure', 'Watches', 'minmax(170px, 1.4fr)', (r) => measures[r.measure].label, { hideBelow: 720 }),
    col('queue', 'Queue', 'minmax(90px, 0.8fr)', (r) => find(all, 'queues', r.queue)?.name ?? 'Every queue', { hideBelow: 920 }),
    col('fires', 'Fires', '150px', (r) => `${measures[r.measure].below ? 'under' : 'over'} ${measureValue(r.measure, r.fire_at)}${r.dwell_ms ? ` for ${shortWords(r.dwell_ms)}` : ''}`),
    col('clears', 'Clears at', '84px', (r) => measureValue(r.measure, r.clear_at), { align: 'end', hideBelow: 1010 }),
    col('severity', 'Severity', '84px', (r) => (r.severity === 'critical' ? 'Critical' : 'Warning'), { hideBelow: 820 }),
  ],
};
const savedReplies: Section<'saved_replies'> = {
  kind: 'saved_replies', slug: 'saved-replies', title: 'Saved replies', short: 'Replies', noun: 'saved reply', icon: 'note', over: 'Retired', about: 'Replies kept for use again: an agent types / and the shortcut.', first: 'Begin with what your people write most often: a greeting, a question for the order number.',
  columns: () => [
    col('shortcut', 'Shortcut', '140px', (r) => `/${r.shortcut}`),
    col('text', 'Words', 'minmax(200px, 2.4fr)', (r) => r.text.replaceAll(/\s+/g, ' '), { hideBelow: 740 }),
  ],
};
const dispositions: Section<'dispositions'> = {
  kind: 'dispositions', slug: 'dispositions', title: 'Dispositions', noun: 'disposition', icon: 'label', over: 'Retired', about: 'Ways to file a conversation when it is over.', first: 'Name the few endings that you want to count, such as “Solved” and “Passed to the carrier”.',
  columns: () => [col('resolved', 'Says that the matter is', 'minmax(150px, 1fr)', (d) => (d.resolved ? 'Settled' : 'Not settled'))],
};
const tokens: Section<'tokens'> = {
  kind: 'tokens', slug: 'tokens', title: 'Tokens', noun: 'token', icon: 'key', over: 'Revoked', about: 'Keys of other systems. The secret is shown once, when the token is made.', first: 'Make one for each system that reports conversations or reads numbers, so that each can be revoked alone.',
  columns: (_all, now) => [
    col('scopes', 'May', 'minmax(150px, 1.4fr)', (t) => t.scopes.map((s) => scopes[s].label.toLowerCase()).join(', ')),
    col('expires', 'Ends', '150px', (t) => expiryWords(t.expires_at, now), { hideBelow: 700, sort: (r) => r.document.expires_at }),
  ],
};

export const sections = [queues, skills, profiles, hours, people, alertRules, savedReplies, dispositions, tokens] as unknown as readonly Section[];

export function expiryWords(at: number | null, now: number): string {
  if (at === null) return 'Never';
  if (at <= now) return 'Has ended';
  const days = Math.ceil((at - now) / 86_400_000);
  return days <= 60 ? `In ${plural(days, 'day')}` : new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

export function skillWords(all: SetupData, levels: Record<string, number>): string {
  return Object.entries(levels).sort((a, b) => b[1] - a[1]).map(([id, level]) => `${find(all, 'skills', id)?.name ?? '?'} ${level}`).join(', ');
}

/** What happens when it is retired; null: this kind is not retired. */
export function retireWords(kind: Kind, document: AnyDocument, all: SetupData): string | null {
  switch (kind) {
    case 'queues': {
      const served = profilesOfQueue(all, document.id);
      const into = inUse(all, 'queues').filter((q) => q.overflow?.to === document.id).length;
      return `It takes nothing new from now on; whoever waits in it is still offered to those who serve it. ${served.length ? `It stands in ${plural(served.length, 'routing profile')} (${served.join(', ')}). ` : ''}${into ? `${plural(into, 'queue')} overflow${into === 1 ? 's' : ''} into it and will no longer. ` : ''}Reports keep its past.`;
    }
    case 'people': return 'They can no longer sign in, their sessions end at once, and they are offered nothing more. What they said and did stays in the record under their name.';
    case 'alert_rules': return 'It no longer raises alerts, and the open ones that it raised are cleared.';
    case 'saved_replies': return 'It is no longer offered to agents. What was sent with it stays.';
    case 'dispositions': return 'It is no longer offered when a conversation is filed. Conversations that have it keep it.';
    case 'tokens': return 'Every system that uses it is refused from now on. This cannot be taken back: make a new token instead.';
    case 'skills': case 'routing_profiles': case 'hours': return null;
  }
}
