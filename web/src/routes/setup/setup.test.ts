import { describe, expect, it } from 'vitest';
import { changedFields, fresh, type Hours } from './documents';
import { barOf, clockMinutes, clockText, intervalOf, openState, openWords, weekWords } from './hours';
import { capacityWords, needsInRing, ruleWords } from './words';

const hours = (weekly: Hours['weekly'], exceptions: Hours['exceptions'] = []): Hours => ({ id: 'h', name: 'H', time_zone: 'Europe/Berlin', weekly, exceptions });
// A Saturday; Berlin is one hour ahead of UTC.
const saturday = (time: string) => Date.parse(`2026-11-21T${time}:00+01:00`);

describe('opening hours', () => {
  it('reads and writes times of day, past midnight too', () => {
    expect(clockText(1560)).toBe('02:00');
    expect(clockMinutes('22:30')).toBe(1350);
    expect(clockMinutes('')).toBeNull();
    expect(intervalOf(1320, 120)).toEqual({ from_minute: 1320, to_minute: 1560 });
    expect(intervalOf(0, 0)).toEqual({ from_minute: 0, to_minute: 1440 });
  });
  it('is still open in the night after the day on which it opened', () => {
    const h = hours([{ day: 'friday', from_minute: 1320, to_minute: 1560 }]);
    expect(openWords(openState(h, saturday('01:30')))).toBe('Open now; closes at 02:00.');
    expect(openWords(openState(h, saturday('02:00')))).toBe('Closed now; opens on Friday at 22:00.');
  });
  it('lets an exception take the place of the week', () => {
    const h = hours([{ day: 'saturday', from_minute: 540, to_minute: 1020 }], [{ date: '2026-11-21', label: 'Fair', intervals: [{ from_minute: 600, to_minute: 660 }] }]);
    expect(openWords(openState(h, saturday('09:30')))).toBe('Closed now; opens at 10:00.');
    expect(openState(h, saturday('10:59'))?.open).toBe(true);
  });
  it('says so when nothing changes', () => {
    expect(openWords(openState(hours([]), saturday('12:00')))).toContain('does not open');
    const always = hours((['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const).map((day) => ({ day, from_minute: 0, to_minute: 1440 })));
    expect(openWords(openState(always, saturday('12:00')))).toContain('does not close');
    expect(openWords(openState({ ...always, time_zone: 'Nowhere/Here' }, saturday('12:00')))).toContain('Cannot tell');
  });
  it('puts days with the same hours together', () => {
    expect(weekWords(fresh.hours())).toBe('Mon–Fri 09:00–17:00');
    expect(weekWords(hours([]))).toBe('Never open');
  });
  it('draws what is left of the night before', () => {
    expect(barOf([], [{ from_minute: 1320, to_minute: 1440 + 720 }])).toEqual([{ from: 0, to: 0.5, night: true }]);
  });
});

describe('setup in words', () => {
  it('reads a rule back', () => {
    expect(ruleWords(fresh.alert_rules(), 'Billing')).toBe('Fires when the oldest in Billing has waited over 2:00, and that for 15 s; clears at 1:00 or less.');
    expect(ruleWords({ ...fresh.alert_rules(), measure: 'service_level', fire_at: 0.8, clear_at: 0.85, dwell_ms: 0 }, null)).toBe('Fires when the service level of any queue over the last 30 minutes is under 80 %; clears at 85 % or more.');
  });
  it('says what fits at once', () => {
    expect(capacityWords({ per_channel: { voice: 1, webchat: 3, email: 2 }, total: 3, exclusive: ['voice'] })).toBe('At once: one call and nothing beside it; or 3 in all, of which at most 3 web chats and 2 e-mails.');
    expect(capacityWords({ per_channel: {}, total: 3, exclusive: [] })).toContain('Takes nothing');
  });
  it('counts the newest ring alone', () => {
    const needs = [{ skill: 'a', level_min: 5 }, { skill: 'b', level_min: 2 }];
    expect(needsInRing(needs, { after_ms: 0, levels_lower_by: 3, needs_dropped: 1 })).toEqual([{ skill: 'a', level_min: 2 }]);
    expect(needsInRing(needs, { after_ms: 0, levels_lower_by: 9, needs_dropped: 0 })).toEqual([{ skill: 'a', level_min: 1 }, { skill: 'b', level_min: 1 }]);
  });
  it('names the fields that differ', () => {
    expect(changedFields(fresh.skills(), { id: '', name: 'x' })).toEqual(['name']);
  });
});
