import { describe, expect, it } from 'vitest';
import type { ConversationSummary, PersonLive, QueueLive } from '../../lib/api/types';
import { deeds, takeOverWords } from './deeds';
import { byGroup, countStates, fits, groupOf, type FloorFilter } from './filters';
import { byNeed, needTone, reasonWords } from './need';
import { queueState } from './queues';

const conversation = (over: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: 'conv_1', position: 1, customer: { id: 'cust_1', name: 'Zoë Ünal' }, channel: 'webchat', origin: 'native', observed: false, queue: { id: 'q_1', name: 'Billing' },
  owner: { kind: 'agent', person: { id: 'p_ana', name: 'Ana' } }, state: 'active', priority: 0, intent: null, language: null, labels: [], opened_at: 0,
  waiting_since: null, owned_since: 10, held_since: null, wrap_up_until: null, closed_at: null, unanswered_since: null, last_turn_at: null, turns: 2, ring: 0,
  offer: null, transfer: null, watchers: [], barged: [], customer_present: true, need: { points: 0, reasons: [] }, disposition: null, outcome: null,
  ai: null, handed_off: false, handoff: null, approval: null, mood: null, ...over,
});
const everything: FloorFilter = { queue: '', state: '', owner: '', channel: '', need: false, ai: '', text: '' };
const person = (over: Partial<PersonLive> = {}): PersonLive => ({
  id: 'p_ana', name: 'Ana', role: 'agent', team: 'Blue', position: 1, presence: 'available', reason: null, presence_since: 0, activity: 'available', activity_since: 0,
  used_slots: 0, total_slots: 3, per_channel: [], conversations: [], queues: [], today: {}, ...over,
});
const queue = (over: Partial<QueueLive> = {}): QueueLive => ({
  id: 'q_1', name: 'Billing', position: 1, waiting: 0, oldest_since: null, offered: 0, active: 0, wrap_up: 0, available_people: 2, free_slots: 3, staffed: 2, on_contact: 0,
  open: true, opens_at: null, closes_at: null, today: {}, ...over,
});

describe('need', () => {
  it('says the wait and the promise that it broke', () => {
    expect(reasonWords({ kind: 'past_target', since: 0, words: 'x', points: 40 }, 190_000, 60_000)).toBe('waiting 3:10, past the 1:00 promise');
  });
  it('keeps the words of the server for a reason that is not known here', () => {
    expect(reasonWords({ kind: 'volcano', since: 0, words: 'a volcano', points: 4 }, 9, null)).toBe('a volcano');
  });
  it('puts the greatest need first and then whoever came first', () => {
    const rows = [conversation({ id: 'a', opened_at: 5 }), conversation({ id: 'b', opened_at: 3 }), conversation({ id: 'c', opened_at: 9, need: { points: 40, reasons: [] } })];
    expect(rows.sort(byNeed).map((r) => r.id)).toEqual(['c', 'b', 'a']);
  });
  it('calls a wait within its promise no trouble', () => {
    expect(needTone(5)).toBe('neutral');
    expect(needTone(40)).toBe('bad');
  });
});

describe('filters', () => {
  const teams = new Map([['p_ana', 'Blue']]);
  it('finds a customer without caring for accents', () => {
    expect(fits(conversation(), { ...everything, text: 'unal' }, teams)).toBe(true);
    expect(fits(conversation(), { ...everything, text: 'smith' }, teams)).toBe(false);
  });
  it('knows the team of an owner', () => {
    expect(fits(conversation(), { ...everything, owner: 'team:Blue' }, teams)).toBe(true);
    expect(fits(conversation({ owner: { kind: 'queue', queue: { id: 'q_1', name: 'Billing' } } }), { ...everything, owner: 'team:Blue' }, teams)).toBe(false);
  });
  it('counts what a click would show', () => {
    const rows = [conversation(), conversation({ state: 'waiting', need: { points: 40, reasons: [] } }), conversation({ channel: 'voice' })];
    const counts = countStates(rows, { ...everything, state: 'waiting', channel: 'webchat' }, teams);
    expect([counts.all, counts.active, counts.waiting, counts.need]).toEqual([2, 1, 1, 1]);
  });
  it('never calls somebody free who is away or full', () => {
    expect(groupOf(person())).toBe('free');
    expect(groupOf(person({ used_slots: 3 }))).toBe('busy');
    expect(groupOf(person({ presence: 'away' }))).toBe('away');
    expect(groupOf(person({ presence: 'not_responding' }))).toBe('lost');
    expect([person({ presence: 'offline' }), person()].sort(byGroup)[0]?.presence).toBe('available');
  });
});

describe('stepping in', () => {
  it('says who has it when another supervisor was faster', () => {
    const d = deeds(conversation({ owner: { kind: 'supervisor', person: { id: 'p_bo', name: 'Bo' } } }), 'p_me');
    expect(d.take_over.why).toBe('Bo has taken it over');
    expect(d.barge.why).toBe('Bo has taken it over');
  });
  it('lets the floor take what waits, but not whisper to nobody', () => {
    const d = deeds(conversation({ owner: { kind: 'queue', queue: { id: 'q_1', name: 'Billing' } }, state: 'waiting' }), 'p_me');
    expect(d.take_over.why).toBeNull();
    expect(d.assign.why).toBeNull();
    expect(d.whisper.why).toBe('Nobody works on it yet');
  });
  it('allows nothing but watching where another system rules', () => {
    const d = deeds(conversation({ observed: true }), 'p_me');
    expect(d.monitor.why).toBeNull();
    expect(d.take_over.why).toContain('another system');
  });
  it('tells before a take-over who loses what', () => {
    expect(takeOverWords(conversation())).toContain('Ana loses the conversation');
  });
});

describe('the state of a queue', () => {
  it('is red when customers wait past the promise and nobody is free', () => {
    expect(queueState(queue({ waiting: 3, free_slots: 0 }), 2, undefined)).toEqual({ tone: 'bad', word: '2 late, nobody free' });
  });
  it('is amber when somebody is free but the promise is broken', () => {
    expect(queueState(queue({ waiting: 3 }), 1, undefined).tone).toBe('warn');
  });
  it('says when a closed queue still has people waiting', () => {
    expect(queueState(queue({ open: false, waiting: 2 }), 0, undefined)).toEqual({ tone: 'warn', word: 'Closed, 2 still wait' });
  });
  it('compares service level with the target only when both are known', () => {
    const today = { service_level: { value: 0.5, cannot_say: null, unit: 'ratio' as const, n: 10, formula: 'service_level.v1', window: 'today' } };
    expect(queueState(queue({ today }), 0, undefined).tone).toBe('good');
    expect(queueState(queue({ today }), 0, { percent: 80, within_ms: 1, voice_within_ms: 1 })).toEqual({ tone: 'warn', word: 'Below target' });
  });
});
