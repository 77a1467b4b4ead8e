/** What levels, outcomes and states are called. */
import { sentenceCase, slugWords } from '../../lib/conversation/words';
import type { Tone } from '../../lib/tone';
import type { Autonomy, Outcome, VersionRow } from './types';

export const autonomies: readonly { value: Autonomy; level: number; label: string; about: string }[] = [
  { value: 'observe', level: 0, label: 'Observe', about: 'It reads along. What it would have said is kept and nobody sees it.' },
  { value: 'suggest', level: 1, label: 'Suggest', about: 'It suggests an answer to the person who has the conversation.' },
  { value: 'draft', level: 2, label: 'Draft', about: 'It writes a draft that a person must send.' },
  { value: 'act_with_approval', level: 3, label: 'Act with approval', about: 'It has the conversation. Whatever changes anything, a person approves.' },
  { value: 'act', level: 4, label: 'Act', about: 'It has the conversation and acts alone, within the limits of its tools.' },
  { value: 'outbound', level: 5, label: 'Outbound', about: 'It may also begin conversations.' },
];
export const autonomyOptions = autonomies.map((a) => ({ value: a.value, label: `${a.level} · ${a.label}` }));
export function autonomyAbout(value: Autonomy): string { return autonomies.find((a) => a.value === value)?.about ?? ''; }

export const stageTone: Record<VersionRow['state'], Tone> = { candidate: 'info', released: 'good', withdrawn: 'neutral' };
export const stageWord: Record<VersionRow['state'], string> = { candidate: 'Candidate', released: 'Released', withdrawn: 'Withdrawn' };

export function outcomeWords(outcome: Outcome): { word: string; tone: Tone } {
  switch (outcome.kind) {
    case 'reply': return { word: 'Answers', tone: 'good' };
    case 'close': return { word: outcome.resolved === false ? 'Ends, not settled' : 'Ends the conversation', tone: 'neutral' };
    case 'hand_off': return { word: `Hands over: ${slugWords(outcome.reason)}`, tone: 'warn' };
    case 'await_approval': return { word: 'Waits for approval', tone: 'info' };
    case 'silent': return { word: 'Says nothing', tone: 'neutral' };
    case 'failed': return { word: `Failed: ${slugWords(outcome.why)}`, tone: 'bad' };
  }
}

export function statusWord(status: string): string { return status === 'rehearsed' ? 'Rehearsed, nothing changed' : sentenceCase(slugWords(status)); }
