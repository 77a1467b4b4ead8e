/** Where the visitor writes. */

import { icon, make } from './dom';

const CLIP = 'M21 11l-9 9a5.5 5.5 0 0 1-8-8l9-9a3.7 3.7 0 0 1 5.200 5.200l-9 9a1.800 1.800 0 0 1-2.600-2.600l8-8';
const SEND = 'M4 12h15M13 6l6 6-6 6';
const TYPING_EVERY_MS = 3_000;
/** So many characters before the limit, what is left is shown. */
const COUNT_FROM_LEFT = 500;

export interface Writer {
  say(text: string): void;
  attach(files: File[]): void;
  typing(): void;
  person(): void;
}

export class Composer {
  limit = 8_000;
  private typed = 0;
  private readonly text = make('textarea', { rows: '1', 'aria-label': 'Your message', placeholder: 'Write a message' });
  private readonly picker = make('input', { type: 'file', class: 'hide', tabindex: '-1', 'aria-hidden': 'true' });
  private readonly send = make('button', { class: 'main', type: 'submit', 'aria-label': 'Send' }, icon(SEND));
  private readonly count = make('span', { class: 'count', role: 'status' });
  readonly person = make('button', { class: 'plain', type: 'button' }, 'Talk to a person');
  readonly root: HTMLFormElement;

  constructor(private readonly writer: Writer) {
    const clip = make('button', { class: 'plain', type: 'button', 'aria-label': 'Attach a file', click: () => this.picker.click() }, icon(CLIP));
    this.root = make(
      'form',
      { class: 'say', submit: (event) => {
        event.preventDefault();
        this.submit();
      } },
      make('div', { class: 'row' }, clip, this.text, this.send, this.picker),
      make('div', { class: 'below' }, this.person, this.count),
    );
    this.person.addEventListener('click', () => writer.person());
    this.picker.addEventListener('change', () => {
      writer.attach([...(this.picker.files ?? [])]);
      this.picker.value = '';
    });
    this.text.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) {
        event.preventDefault();
        writer.attach(files);
      }
    });
    this.text.addEventListener('input', () => this.changed());
    this.text.addEventListener('keydown', (event) => {
      // Enter that ends the writing of a composed letter is no wish to send.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
  }

  focus(): void {
    this.text.focus();
  }

  private changed(): void {
    this.text.style.height = 'auto';
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
    const left = this.limit - [...this.text.value].length;
    this.count.textContent = left >= COUNT_FROM_LEFT ? '' : left >= 0 ? `${left} characters left` : `${-left} characters too many`;
    this.send.disabled = left < 0;
    const now = Date.now();
    if (this.text.value.trim() && now - this.typed > TYPING_EVERY_MS) {
      this.typed = now;
      this.writer.typing();
    }
  }

  private submit(): void {
    const text = this.text.value;
    if (!text.trim() || this.send.disabled) return;
    this.text.value = '';
    this.changed();
    this.typed = 0;
    this.writer.say(text);
  }
}
