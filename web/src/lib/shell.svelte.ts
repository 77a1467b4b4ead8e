/** What screens put into the frame around them: counts beside the navigation, and the presence control. */
import { untrack, type Component } from 'svelte';
import type { Tone } from './tone';

export interface NavCount { count: number; tone: Tone; word: string }

let counts = $state.raw<Record<string, NavCount>>({});
let presence = $state.raw<Component | null>(null);
let title = $state('');

export const shell = {
  /** `shell.count('/alerts', { count: 3, tone: 'bad', word: 'open alerts' })`; null takes it away. */
  get counts() { return counts; },
  count(path: string, value: NavCount | null): void {
    // An effect that sets a count must not thereby depend on all counts.
    const next = { ...untrack(() => counts) };
    if (value && value.count > 0) next[path] = value;
    else delete next[path];
    counts = next;
  },
  /** The control at the top right by which an agent says whether they are available. */
  get presence() { return presence; },
  setPresence(control: Component | null): void { presence = control; },
  get title() { return title; },
  /** Overrides the route's own title in the tab, for instance with a customer's name. */
  setTitle(text: string): void { title = text; },
};
