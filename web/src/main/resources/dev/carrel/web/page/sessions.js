// The side bar's list: conversations that hold at least one message, the most recently used first.

import * as api from './api.js';
import { ask } from './ask.js';
import { $, el, icon, say, show } from './dom.js';
import { onSessionsChanged, sessionsChanged } from './identity.js';
import { notice } from './notices.js';
import { ago, exact } from './time.js';

const NAMELESS = 'New conversation';

export class Sessions {
  #list = $('sessions');
  #known = [];
  #current = null;
  #reading = null;
  #again = false;

  /** `deleted(id)` hears of a conversation that was deleted here. */
  constructor(hooks) {
    this.hooks = hooks;
    onSessionsChanged(() => document.hidden || this.refresh());
    document.addEventListener('visibilitychange', () => document.hidden || this.refresh());
    setInterval(() => this.#draw(), 60_000);
  }

  /** Those with messages. */
  get used() {
    return this.#known.filter(session => session.turns > 0);
  }

  /** Any session at all, for functions that need one but do not care which. */
  get any() {
    return this.#known[0]?.id ?? null;
  }

  titleOf(id) {
    return this.#known.find(session => session.id === id)?.title || '';
  }

  current(id) {
    this.#current = id;
    this.#draw();
  }

  /** Reads the list again; calls that come meanwhile share one more reading. */
  async refresh() {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read();
    await this.#reading;
    this.#reading = null;
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  async #read() {
    try {
      this.#known = await api.listSessions();
      this.#draw();
      this.hooks.listed();
    } catch (problem) {
      if (!problem.lost) notice(problem.message); // a lost connection is said elsewhere
    }
  }

  #draw() {
    const focused = document.activeElement?.closest?.('#sessions li')?.dataset.session;
    const focusedOn = document.activeElement?.tagName;
    this.#list.replaceChildren(...this.used.map(session => this.#entry(session)));
    show($('sessions-empty'), this.used.length === 0);
    if (focused) this.#list.querySelector(`[data-session="${CSS.escape(focused)}"] ${focusedOn}`)?.focus();
  }

  #entry(session) {
    const title = session.title || NAMELESS;
    const link = el(
      'a',
      { href: `#/c/${encodeURIComponent(session.id)}`, 'data-test': 'open', title },
      el('span', { class: 'name' }, title),
      el('time', { class: 'faint', dateTime: session.active, title: exact(session.active) }, ago(session.active)),
    );
    if (session.id === this.#current) link.setAttribute('aria-current', 'page');
    const bin = el(
      'button',
      {
        type: 'button',
        class: 'icon-button small',
        'data-test': 'delete',
        'aria-label': `Delete “${title}”`,
        title: 'Delete',
        onclick: () => this.#delete(session.id, title),
      },
      icon('bin'),
    );
    return el('li', { 'data-test': 'session', 'data-session': session.id }, link, bin);
  }

  async #delete(id, title) {
    if (!(await ask('Delete this conversation?', `“${title}” and its answers will be gone for good.`))) return;
    try {
      await api.deleteSession(id);
    } catch (problem) {
      if (!problem.gone) {
        notice(problem.message);
        return;
      }
    }
    this.#known = this.#known.filter(session => session.id !== id);
    this.#draw();
    sessionsChanged();
    this.hooks.deleted(id);
  }
}
