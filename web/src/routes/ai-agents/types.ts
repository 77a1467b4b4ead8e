/** AI agents as the API sends and takes them. */
import type { Schemas, Sent, With } from '../../lib/api/types';

export type Briefing = Sent<Schemas['Briefing']>;
export type Budgets = Sent<Schemas['Budgets']>;
export type Autonomy = Schemas['Autonomy'];
export type IntentRule = Sent<Schemas['IntentRule']>;
export type ModelChoice = Sent<Schemas['ModelChoice']>;
export type EngineChoice = { kind: 'guided' } | { kind: 'model'; first: ModelChoice; second: ModelChoice | null; guided_after: boolean; grounded: boolean };
export type Draft = With<Sent<Schemas['Draft']>, { engine: EngineChoice }>;
export type AiAgent = With<Sent<Schemas['AiAgent']>, { draft: Draft }>;
export type AiAgentRow = Sent<Schemas['AiAgentRow']>;
export type AiAgentList = Sent<Schemas['AiAgentList']>;
export type AiAgentDetail = With<Sent<Schemas['AiAgentDetail']>, { document: AiAgent }>;
export type VersionRow = Sent<Schemas['VersionRow']>;
export type Finding = Sent<Schemas['Finding']>;
export type Setup = Sent<Schemas['Setup']>;
export type Checked = Sent<Schemas['DraftChecked']>;
export type VersionDiff = Sent<Schemas['VersionDiff']>;
export type TrialLine = Schemas['TrialLine'];
export type TrialAnswer = Sent<Schemas['TrialAnswer']>;
export type Step = TrialAnswer['steps'][number];
export type Outcome = TrialAnswer['outcome'];

/** As a new AI agent begins: guided, careful, with nothing written. */
export function emptyDraft(): Draft {
  return {
    briefing: { purpose: '', tone: '', forbidden: [], facts: [], escalation: [], disclosure: '', closing: '' },
    engine: { kind: 'guided' },
    procedures: [], tools: [], collections: [], intents: [],
    autonomy: 'act_with_approval',
    budgets: { turns_max: 20, turn_ms: 20_000, tokens_max: null, cost_micros_max: null },
    voice: null,
  };
}

/** Without the empty lines that somebody is still typing. */
export function cleaned(draft: Draft): Draft {
  const lines = (list: readonly string[]) => list.map((line) => line.trim()).filter(Boolean);
  const { briefing } = draft;
  return {
    ...draft,
    briefing: { ...briefing, forbidden: lines(briefing.forbidden), facts: lines(briefing.facts), escalation: lines(briefing.escalation) },
    intents: draft.intents.filter((rule) => rule.intent.trim() !== '').map((rule) => ({ ...rule, intent: rule.intent.trim() })),
  };
}

/** A handle out of a name: small letters, digits and hyphens. */
export function handleOf(name: string): string {
  return name.normalize('NFKD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 40);
}
