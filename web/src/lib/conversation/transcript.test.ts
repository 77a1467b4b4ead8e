import { describe, expect, it } from 'vitest';
import type { TranscriptItem } from '../api/types';
import { blocksOf, fillReply, findReplies, hiddenPieces, mergeItems, openBlanks, openDraft, slashWord } from './transcript';

const turn = (position: number, at: number, kind: TranscriptItem['by']['kind'], over: Partial<TranscriptItem> = {}): TranscriptItem => ({
  position, at, occurred_at: null, kind: 'turn', by: { kind }, turn_kind: 'text', text: `words ${position}`, erased: false, ...over,
});

describe('merging what was read and what was streamed', () => {
  it('shows nothing twice after a reconnect', () => {
    const read = [turn(1, 0, 'customer'), turn(2, 10, 'human_agent')];
    expect(mergeItems(read, [turn(2, 10, 'human_agent'), turn(3, 20, 'customer')]).map((i) => i.position)).toEqual([1, 2, 3]);
  });
  it('keeps the order of the log when items arrive out of order', () => {
    expect(mergeItems([turn(9, 0, 'customer')], [turn(4, 0, 'customer')]).map((i) => i.position)).toEqual([4, 9]);
  });
  it('does not bring erased words back', () => {
    const gone = turn(1, 0, 'customer', { erased: true, text: null });
    expect(mergeItems([gone], [turn(1, 0, 'customer')])[0]?.text).toBeNull();
    expect(mergeItems([turn(1, 0, 'customer')], [gone])[0]?.text).toBeNull();
  });
});

describe('blocks of a transcript', () => {
  it('puts turns of one author within three minutes together', () => {
    const items = [turn(1, 0, 'customer'), turn(2, 60_000, 'customer'), turn(3, 70_000, 'human_agent'), turn(4, 600_000, 'human_agent')];
    expect(blocksOf(items).map((b) => b.items.length)).toEqual([2, 1, 1]);
  });
  it('keeps a note apart from what the same person said to the customer', () => {
    expect(blocksOf([turn(1, 0, 'human_agent'), turn(2, 1, 'human_agent', { kind: 'note' })])).toHaveLength(2);
  });
  it('keeps what somebody did with a tool apart from what they said', () => {
    expect(blocksOf([turn(1, 0, 'ai_agent'), turn(2, 1, 'ai_agent', { turn_kind: 'action' })])).toHaveLength(2);
  });
  it('says when a new day begins', () => {
    const day = 86_400_000;
    expect(blocksOf([turn(1, 0, 'customer'), turn(2, 1, 'customer'), turn(3, 3 * day, 'customer')]).map((b) => b.day)).toEqual([0, 3 * day]);
  });
});

describe('saved replies', () => {
  const blanks = { 'customer.name': 'Zoë', 'agent.name': 'Ana', 'queue.name': null, 'conversation.id': 'conv_1' };
  it('fills what is known and names what is not', () => {
    expect(fillReply('Hello {{customer.name}}, {{ agent.name }} from {{queue.name}}.', blanks)).toEqual({ text: 'Hello Zoë, Ana from {{queue.name}}.', missing: ['queue.name'] });
  });
  it('finds blanks that were left open', () => {
    expect(openBlanks('a {{queue.name}} b')).toEqual(['queue.name']);
    expect(openBlanks('a {b}')).toEqual([]);
  });
  it('sees the slash word at the caret only', () => {
    expect(slashWord('/ref', 4)).toEqual({ from: 0, word: 'ref' });
    expect(slashWord('hi /re', 6)).toEqual({ from: 3, word: 're' });
    expect(slashWord('and/or', 6)).toBeNull();
    expect(slashWord('/ref done', 9)).toBeNull();
  });
  it('looks at shortcuts first', () => {
    const replies = [{ shortcut: 'late', title: 'Refund is late', text: '' }, { shortcut: 'refund', title: 'Money back', text: '' }];
    expect(findReplies(replies, 'ref').map((r) => r.shortcut)).toEqual(['refund', 'late']);
    expect(findReplies(replies, 'zzz')).toEqual([]);
  });
});

describe('drafts of AI agents', () => {
  const draft = (position: number) => turn(position, 0, 'ai_agent', { kind: 'draft' });
  it('shows one, the newest, until it is put aside', () => {
    expect(openDraft([turn(1, 0, 'customer'), draft(2), turn(3, 0, 'customer'), draft(4)], 0)?.position).toBe(4);
    expect(openDraft([draft(2), draft(4)], 4)).toBeNull();
    expect(openDraft([draft(4), turn(5, 0, 'customer'), draft(6)], 4)?.position).toBe(6);
  });
  it('ends with an answer, not with another message of the customer', () => {
    expect(openDraft([draft(2), turn(3, 0, 'customer')], 0)?.position).toBe(2);
    expect(openDraft([draft(2), turn(3, 0, 'human_agent')], 0)).toBeNull();
  });
});

describe('hidden words', () => {
  it('finds the tokens of the kinds that the server names and leaves other brackets alone', () => {
    expect(hiddenPieces('my card [card_1] and [sic], [card_12].', ['card'])).toEqual([
      { text: 'my card ', token: false }, { text: '[card_1]', token: true }, { text: ' and [sic], ', token: false }, { text: '[card_12]', token: true }, { text: '.', token: false },
    ]);
    expect(hiddenPieces('[card_1]', [])).toEqual([{ text: '[card_1]', token: false }]);
  });
});
