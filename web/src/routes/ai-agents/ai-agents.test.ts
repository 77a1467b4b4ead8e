import { describe, expect, it } from 'vitest';
import { cleaned, emptyDraft, handleOf } from './types';

describe('AI agents', () => {
  it('leaves empty lines out of what is sent, and keeps procedures at their number', () => {
    const draft = emptyDraft();
    draft.briefing.escalation = ['complaint: bad ', '', '  '];
    draft.procedures = ['', 'Procedure: A'];
    draft.intents = [{ intent: ' ', autonomy: 'act', boundary: '' }, { intent: 'refund ', autonomy: 'draft', boundary: '' }];
    const sent = cleaned(draft);
    expect(sent.briefing.escalation).toEqual(['complaint: bad']);
    expect(sent.procedures).toEqual(['', 'Procedure: A']);
    expect(sent.intents.map((rule) => rule.intent)).toEqual(['refund']);
  });

  it('makes a handle out of a name', () => {
    expect(handleOf('  Zoë’s Helper! ')).toBe('zoe-s-helper');
  });
});
