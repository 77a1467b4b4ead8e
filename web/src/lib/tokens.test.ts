import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function token(name: string, theme: 0 | 1): string {
  const pair = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!pair) {
    const plain = new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css);
    if (!plain) throw new Error(`tokens.css has no colour --${name}`);
    return plain[1]!;
  }
  return pair[theme + 1]!;
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [lo, hi] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

const grounds = ['bg', 'surface', 'raised', 'sunken', 'hover', 'selected'];
const words: [string, string][] = [
  ...['text', 'text-2', 'text-3'].flatMap((t) => grounds.map((g): [string, string] => [t, g])),
  ...['good', 'warn', 'bad', 'info', 'neutral'].flatMap((t): [string, string][] => [[t, `${t}-bg`], [t, 'surface'], [t, 'bg'], [t, 'hover'], [t, 'selected'], ['text', `${t}-bg`]]),
  ['accent', 'surface'], ['accent', 'bg'], ['accent', 'raised'], ['accent', 'accent-bg'],
  ['on-accent', 'accent-fill'], ['on-accent', 'accent-fill-hover'], ['on-accent', 'bad-fill'], ['on-accent', 'bad-fill-hover'],
];

describe.each([['light', 0], ['dark', 1]] as const)('colours in the %s theme', (_name, theme) => {
  it.each(words)('%s on %s can be read (AA, 4.5)', (front, back) => {
    expect(contrast(token(front, theme), token(back, theme))).toBeGreaterThanOrEqual(4.5);
  });
  it('shows where a control ends (3)', () => {
    for (const back of ['surface', 'bg', 'raised']) expect(contrast(token('border-strong', theme), token(back, theme))).toBeGreaterThanOrEqual(3);
  });
});
