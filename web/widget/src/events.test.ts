import { expect, test } from 'vitest';
import { EventReader } from './events';

test('events are read whole, wherever the chunks break', () => {
  const text = ': keep-alive\n\nevent: item\nid: 7\ndata: {"text":"a: b"}\n\nevent: state\ndata: 1\ndata: 2\n\n';
  for (let size = 1; size <= text.length; size++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...reader.push(text.slice(at, at + size)));
    expect(events).toEqual([
      { kind: 'item', id: '7', data: '{"text":"a: b"}' },
      { kind: 'state', id: null, data: '1\n2' },
    ]);
  }
});
