// The conversation as a list of turns: drawn once per animation frame, scrolled only for a reader who is at the end.

import { $, perFrame, show } from './dom.js';
import { TurnView } from './turn.js';

const NEAR = 96;

export class Transcript {
  #list = $('transcript');
  #scroll = $('scroll');
  #latest = $('latest');
  #views = new Map();
  #conversation = null;
  #atEnd = true;
  #changed = perFrame(() => this.#draw());
  #announce = new Set();

  constructor(hooks) {
    this.hooks = hooks;
    this.#scroll.addEventListener('scroll', () => this.#watch(), { passive: true });
    new ResizeObserver(() => this.#follow()).observe(this.#list);
    new ResizeObserver(() => this.#follow()).observe(this.#scroll);
    this.#latest.addEventListener('click', () => this.toEnd());
    setInterval(() => this.#views.forEach(view => view.tick()), 30_000);
  }

  /** Shows another conversation, or none. */
  show(conversation) {
    this.#conversation = conversation;
    this.#views.clear();
    this.#announce.clear();
    this.#list.replaceChildren();
    this.#atEnd = true;
    show(this.#latest, false);
    $('announcer').textContent = '';
    this.changed();
  }

  /** Something in the conversation changed; `closed` is a turn that ended just now, to be read out. */
  changed(closed) {
    if (closed) this.#announce.add(closed);
    this.#changed();
  }

  toEnd() {
    this.#atEnd = true;
    this.#follow();
    show(this.#latest, false);
  }

  #draw() {
    const turns = this.#conversation?.turns ?? [];
    show($('welcome'), turns.length === 0 && !this.#list.ariaBusy);
    for (const [id, view] of this.#views) {
      if (!turns.some(turn => turn.id === id)) {
        view.node.remove();
        this.#views.delete(id);
      }
    }
    turns.forEach((turn, index) => {
      const view = this.#views.get(turn.id) ?? new TurnView(this.hooks);
      this.#views.set(turn.id, view);
      if (this.#list.children[index] !== view.node) this.#list.insertBefore(view.node, this.#list.children[index] ?? null);
      view.render(turn);
    });
    this.#follow();
    this.#speak();
  }

  #speak() {
    for (const id of this.#announce) {
      const view = this.#views.get(id);
      if (view) $('announcer').textContent = view.spoken();
    }
    this.#announce.clear();
  }

  #follow() {
    if (this.#atEnd) this.#scroll.scrollTop = this.#scroll.scrollHeight;
    else this.#watch();
  }

  #watch() {
    const below = this.#scroll.scrollHeight - this.#scroll.clientHeight - this.#scroll.scrollTop;
    this.#atEnd = below < NEAR;
    show(this.#latest, !this.#atEnd);
  }
}
