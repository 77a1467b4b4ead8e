/** Every keyboard shortcut is registered here, so the help dialog can never be out of date. */
import { untrack } from 'svelte';

export interface Shortcut {
  /** `j`, `Enter`, `?`, `mod+k` (Ctrl or Cmd), or a sequence such as `g d`. */
  keys: string;
  label: string;
  run: (e: KeyboardEvent) => void;
  /** Also works while a text field has the focus. Only sensible with `mod` or `Escape`. */
  inFields?: boolean;
  enabled?: () => boolean;
  /** Listed in the help, handled elsewhere (a table's own j and k). */
  listOnly?: boolean;
}

interface Group {
  name: string;
  list: Shortcut[];
}

const key = 'signalbox.singleKeys';
let groups = $state.raw<Group[]>([]);
let helpOpen = $state(false);
let singleKeys = $state(stored());
let pending = '';
let pendingTimer: ReturnType<typeof setTimeout> | undefined;

function stored(): boolean {
  try {
    return localStorage.getItem(key) !== 'off';
  } catch {
    return true;
  }
}

/** A name for one key press, in the words that `keys` uses. */
export function pressName(e: { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }): string {
  const name = e.key === ' ' ? 'Space' : e.key.length === 1 ? e.key.toLowerCase() : e.key;
  return `${e.ctrlKey || e.metaKey ? 'mod+' : ''}${e.altKey ? 'alt+' : ''}${name}`;
}

function isField(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null;
  if (!el?.tagName) return false;
  if (el.isContentEditable || el.tagName === 'TEXTAREA' || el.tagName === 'SELECT') return true;
  return el.tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'range'].includes((el as HTMLInputElement).type);
}

function inDialog(): boolean {
  return document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"], [role="menu"]') !== null;
}

function onKey(e: KeyboardEvent): void {
  if (e.defaultPrevented || e.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(e.key)) return;
  const press = pressName(e);
  const field = isField(e.target);
  const dialog = inDialog();
  const sequence = pending ? `${pending} ${press}` : press;
  clearTimeout(pendingTimer);
  pending = '';
  const all = groups.toReversed().flatMap((g) => g.list).filter((s) => !s.listOnly && (s.enabled?.() ?? true));
  const usable = all.filter((s) => (!field || s.inFields) && (!dialog || s.inFields) && (singleKeys || /mod\+|alt\+|Escape/.test(s.keys)));
  const hit = usable.find((s) => s.keys === sequence) ?? usable.find((s) => s.keys === press);
  if (hit) {
    e.preventDefault();
    hit.run(e);
  } else if (usable.some((s) => s.keys.startsWith(`${press} `))) {
    pending = press;
    pendingTimer = setTimeout(() => { pending = ''; }, 1200);
  }
}

export const shortcuts = {
  get groups() { return groups; },
  get helpOpen() { return helpOpen; },
  set helpOpen(open: boolean) { helpOpen = open; },
  get singleKeys() { return singleKeys; },
  /** WCAG 2.1.4: whoever dictates or uses a switch must be able to turn single keys off. */
  set singleKeys(on: boolean) {
    singleKeys = on;
    try { localStorage.setItem(key, on ? 'on' : 'off'); } catch { /* lasts until the tab is closed */ }
  },
  /** Later groups win over earlier ones, so a screen may override the shell. Returns the undo. */
  add(name: string, list: Shortcut[]): () => void {
    const group = { name, list };
    untrack(() => { groups = [...groups, group]; });
    return () => { untrack(() => { groups = groups.filter((g) => g !== group); }); };
  },
  /** In a component's script: lives as long as the component. */
  use(name: string, list: Shortcut[]): void {
    $effect(() => shortcuts.add(name, list));
  },
  listen(): () => void {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  },
};
