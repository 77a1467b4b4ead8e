import { describe, expect, it } from 'vitest';
import { blocks, plain } from './markdown';

describe('an article in the preview', () => {
  it('is headings, paragraphs, lists and code', () => {
    expect(blocks('# Returns\nSend it\nback.\n\n- one\n- two\n\n1. first\n```\nx < y\n```')).toEqual([
      { kind: 'heading', level: 1, text: 'Returns' },
      { kind: 'text', text: 'Send it back.' },
      { kind: 'list', ordered: false, items: ['one', 'two'] },
      { kind: 'list', ordered: true, items: ['first'] },
      { kind: 'code', text: 'x < y' },
    ]);
  });
  it('keeps markup as the words that it is', () => {
    expect(blocks('<script>alert(1)</script>')).toEqual([{ kind: 'text', text: '<script>alert(1)</script>' }]);
  });
  it('shows where a link leads', () => {
    expect(plain('See [the page](https://example.com) **now**')).toBe('See the page (https://example.com) now');
  });
});
