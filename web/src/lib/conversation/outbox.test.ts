import { describe, expect, it } from 'vitest';
import type { TranscriptItem } from '../api/types';
import { arrived } from './outbox.svelte';

const line = (position: number, text: string, over: Partial<TranscriptItem> = {}): TranscriptItem => ({
  position, at: 0, occurred_at: null, kind: 'turn', by: { kind: 'human_agent', person: { id: 'me', name: 'Ana' } }, turn_kind: 'text', text, erased: false, ...over,
});
const sent = (key: string, text: string, after: number, kind: 'turn' | 'note' = 'turn') => ({ key, kind, text, state: 'sending' as const, after, taken: false });

describe('what is on its way', () => {
  it('goes when its own line is in the transcript', () => {
    expect([...arrived([sent('a', 'Hello ', 5)], [line(6, 'Hello')], 'me')]).toEqual(['a']);
  });
  it('is not mistaken for the same words said before, or by somebody else, or in a note', () => {
    expect(arrived([sent('a', 'Hello', 5)], [line(5, 'Hello')], 'me').size).toBe(0);
    expect(arrived([sent('a', 'Hello', 5)], [line(6, 'Hello', { by: { kind: 'customer' } })], 'me').size).toBe(0);
    expect(arrived([sent('a', 'Hello', 5)], [line(6, 'Hello', { kind: 'note' })], 'me').size).toBe(0);
  });
  it('needs two lines when the same words were sent twice', () => {
    const both = [sent('a', 'Yes', 5), sent('b', 'Yes', 5)];
    expect([...arrived(both, [line(6, 'Yes')], 'me')]).toEqual(['a']);
    expect([...arrived(both, [line(6, 'Yes'), line(7, 'Yes')], 'me')]).toEqual(['a', 'b']);
  });
});
