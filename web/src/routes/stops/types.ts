/** What this screen reads: named here, so that the screen says what it needs. */
import type { Ref } from '../../lib/api/types';

export type Scope = { kind: 'everything' } | { kind: 'agent'; agent: string } | { kind: 'intent'; intent: string } | { kind: 'channel'; channel: string };
export interface StopRow { scope: Scope; words: string; since: number; by: Ref; reason: string }
export interface AgentNow { agent: Ref; handle: string; version: number | null; live: number; stopped: boolean }
export interface Share { name: string; live: number }
export interface Stops { stops: StopRow[]; agents: AgentNow[]; intents: Share[]; channels: Share[]; live: number }

export interface Step { at: number; kind: 'opened' | 'stopped' | 'noted' | 'lifted' | 'closed'; by: Ref; text: string }
export interface Incident {
  id: string; severity: 'minor' | 'major' | 'critical'; about: string | null; summary: string; opened_at: number; closed_at: number | null;
  stopped: boolean; handed_over: { count: number; last_after_ms: number | null }; steps: Step[];
}

export interface Seen { name: string; service: string | null; from: 'refused' | 'proxy_log' | 'sign_on_log'; count: number; people: number | null; first_known_at: number; last_at: number }
export interface Unregistered { seen: Seen[]; services: { host: string; name: string }[]; older: boolean }
export interface Discovered {
  rows: number; matched: number; found: { host: string; service: string | null; count: number; people: number | null; last_at: number | null }[];
  unreadable: number; problems: string[]; repeated: boolean;
}

/** Two scopes are one if their words on the wire are. */
export function sameScope(a: Scope, b: Scope): boolean {
  return scopeKey(a) === scopeKey(b);
}

export function scopeKey(s: Scope): string {
  return s.kind === 'agent' ? `agent:${s.agent}` : s.kind === 'intent' ? `intent:${s.intent}` : s.kind === 'channel' ? `channel:${s.channel}` : 'everything';
}
