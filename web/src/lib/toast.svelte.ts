import { untrack } from 'svelte';
import type { Tone } from './tone';

export interface Toast {
  id: number;
  text: string;
  tone: Tone;
  undo?: () => void | Promise<void>;
  lastsMs: number;
}

let list = $state.raw<Toast[]>([]);
let nextId = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function arm(t: Toast): void {
  clearTimeout(timers.get(t.id));
  timers.set(t.id, setTimeout(() => toasts.dismiss(t.id), t.lastsMs));
}

export const toasts = {
  get list() { return list; },
  /** Errors and what can be undone stay longer; four at most are on screen. */
  show(text: string, options: { tone?: Tone; undo?: Toast['undo']; lastsMs?: number } = {}): number {
    const tone = options.tone ?? 'neutral';
    const lastsMs = options.lastsMs ?? (options.undo || tone === 'bad' ? 10_000 : 5_000);
    const t: Toast = { id: nextId++, text, tone, undo: options.undo, lastsMs };
    list = [...untrack(() => list).slice(-3), t];
    arm(t);
    return t.id;
  },
  error(error: unknown, what = 'That did not work'): number {
    const detail = error instanceof Error ? error.message : String(error);
    return toasts.show(detail.startsWith(what) ? detail : `${what}: ${detail}`, { tone: 'bad' });
  },
  dismiss(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    list = untrack(() => list).filter((t) => t.id !== id);
  },
  /** While the pointer or the focus is on the toasts none may vanish. */
  hold(): void { for (const t of list) clearTimeout(timers.get(t.id)); },
  release(): void { for (const t of list) arm(t); },
};
