/** What was written and not sent, per conversation. It lasts as long as the tab, and only for the person who wrote it. */
const prefix = 'signalbox.draft ';

let owner = '';

function store(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

const held = new Map<string, string>();

export const drafts = {
  /** Whose drafts these are; those of anybody else who used this tab are thrown away. */
  use(person: string): void {
    if (owner === person) return;
    owner = person;
    held.clear();
    const s = store();
    if (!s) return;
    for (const key of Object.keys(s)) if (key.startsWith(prefix) && !key.startsWith(`${prefix}${person} `)) s.removeItem(key);
  },
  get(conversation: string, kind: string): string {
    const key = `${prefix}${owner} ${conversation} ${kind}`;
    return held.get(key) ?? store()?.getItem(key) ?? '';
  },
  set(conversation: string, kind: string, text: string): void {
    const key = `${prefix}${owner} ${conversation} ${kind}`;
    if (text) held.set(key, text);
    else held.delete(key);
    try {
      if (text) store()?.setItem(key, text);
      else store()?.removeItem(key);
    } catch { /* Full: it lasts until the page is loaded again. */ }
  },
};
