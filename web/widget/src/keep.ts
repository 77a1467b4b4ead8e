/** What stays in the visitor's browser between pages: the token, nothing that was said. */

export interface Kept {
  token: string;
  conversation: string;
  /** As whom the page signed the visitor in; none: as nobody. */
  who?: string;
}

export class Keeper {
  private memory: Kept | null = null;

  constructor(private readonly name: string) {}

  read(): Kept | null {
    try {
      const text = localStorage.getItem(this.name);
      const kept = text ? (JSON.parse(text) as Partial<Kept>) : null;
      if (kept && typeof kept.token === 'string' && typeof kept.conversation === 'string') return kept as Kept;
    } catch {
      // Storage may be blocked: then the chat lives as long as the page.
    }
    return this.memory;
  }

  write(kept: Kept | null): void {
    this.memory = kept;
    try {
      if (kept) localStorage.setItem(this.name, JSON.stringify(kept));
      else localStorage.removeItem(this.name);
    } catch {
      // As above.
    }
  }
}
