/** Before a chat: who is there, and whether anybody can answer now. */

import { clock, make } from './dom';
import type { ChatConfig } from './client';

export class Start {
  readonly name = make('input', { name: 'name', autocomplete: 'name', maxlength: '80' });
  readonly email = make('input', { name: 'email', type: 'email', autocomplete: 'email', maxlength: '254', inputmode: 'email' });
  readonly button = make('button', { class: 'main', type: 'submit' }, 'Start chat');
  private readonly address = make('label', {}, 'Your e-mail address (optional)', this.email, make('small', {}, 'So that we know whom to ask for.'));
  private readonly intro = make('p');
  private readonly error = make('p', { class: 'error', role: 'alert' });
  readonly root: HTMLFormElement;

  constructor(begin: (name: string, email: string) => void) {
    this.root = make(
      'form',
      { class: 'start', submit: (event) => {
        event.preventDefault();
        begin(this.name.value.trim(), this.email.value.trim());
      } },
      this.intro,
      make('label', {}, 'Your name (optional)', this.name),
      this.address,
      this.error,
      this.button,
    );
  }

  show(config: ChatConfig | null): void {
    if (config && !config.open) {
      const when = config.opens_at ? ` We open ${clock(config.opens_at)}.` : '';
      this.intro.textContent = `We are closed now.${when}`;
    } else this.intro.textContent = 'Write to us. A person answers.';
  }

  /** The page knows who it is: nobody needs to type it. */
  known(): void {
    this.address.hidden = true;
  }

  busy(on: boolean): void {
    this.button.disabled = on;
  }

  fail(why: string): void {
    this.error.textContent = why;
  }
}
