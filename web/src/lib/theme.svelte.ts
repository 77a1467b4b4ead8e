export type Theme = 'system' | 'light' | 'dark';

const key = 'signalbox.theme';

function stored(): Theme {
  try {
    const v = localStorage.getItem(key);
    return v === 'light' || v === 'dark' ? v : 'system';
  } catch {
    return 'system';
  }
}

let choice = $state<Theme>(typeof window === 'undefined' ? 'system' : stored());
let systemDark = $state(false);

if (typeof window !== 'undefined') {
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  systemDark = media.matches;
  media.addEventListener('change', (e) => { systemDark = e.matches; });
}

export const theme = {
  get choice() { return choice; },
  /** What is on screen now. Charts read it to draw again. */
  get shown(): 'light' | 'dark' { return choice === 'system' ? (systemDark ? 'dark' : 'light') : choice; },
  set(next: Theme) {
    choice = next;
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === 'system') localStorage.removeItem(key);
      else localStorage.setItem(key, next);
    } catch {
      // Without storage the choice lasts until the tab is closed.
    }
  },
};

/** The colour behind a token as canvas understands it; custom properties come back unresolved. */
export function tokenColour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
