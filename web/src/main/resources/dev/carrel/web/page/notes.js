// The private notes of a signed-in learner. They belong to the user, but a function is called in a session: any will do.

import * as api from './api.js';
import { ask } from './ask.js';
import { $, el, icon, say, show } from './dom.js';
import { isNarrow } from './drawer.js';
import * as identity from './identity.js';
import { ago, exact } from './time.js';

export class Notes {
  #panel = $('notes');
  #opener = $('notes-open');
  #notes = [];

  /** `session()` resolves to the id of a session of this user. */
  constructor(session) {
    this.session = session;
    show(this.#opener, true);
    this.#opener.addEventListener('click', () => (this.#panel.hidden ? this.open() : this.close()));
    $('notes-close').addEventListener('click', () => this.close());
    $('note-text').addEventListener('input', () => ($('note-add').disabled = $('note-text').value.trim() === ''));
    $('note-text').addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $('note-form').requestSubmit();
    });
    $('note-form').addEventListener('submit', event => {
      event.preventDefault();
      this.#add();
    });
    document.addEventListener('visibilitychange', () => document.hidden || this.#panel.hidden || this.#read());
  }

  async open() {
    this.#visible(true);
    $('note-text').focus();
    await this.#read();
  }

  /** Answers whether it was open. */
  close() {
    if (this.#panel.hidden) return false;
    this.#visible(false);
    this.#opener.focus();
    return true;
  }

  #visible(open) {
    show(this.#panel, open);
    this.#opener.setAttribute('aria-expanded', String(open));
    $('main').inert = open && isNarrow(); // there the panel covers the conversation
  }

  #read() {
    return this.#try(async () => {
      this.#notes = (await this.#call('notes.list', {})).notes;
    });
  }

  async #add() {
    const text = $('note-text').value.trim();
    if (text === '' || $('note-add').disabled) return;
    $('note-add').disabled = true;
    const added = await this.#try(async () => {
      this.#notes = [...this.#notes, await this.#call('notes.add', { text })];
      $('note-text').value = '';
    });
    $('note-add').disabled = added;
    $('note-text').focus();
  }

  async #delete(note) {
    if (!(await ask('Delete this note?', 'Answers will not draw on it any more.'))) return;
    await this.#try(async () => {
      await this.#call('notes.delete', { id: note.id });
      this.#notes = this.#notes.filter(other => other.id !== note.id);
    });
    $('note-text').focus();
  }

  async #call(name, body) {
    return api.callFunction(await this.session(), name, body);
  }

  /** Runs `work` and draws; a failure is said in the panel. Resolves to whether it succeeded. */
  async #try(work) {
    show($('notes-error'), false);
    try {
      await work();
      this.#draw();
      return true;
    } catch (problem) {
      if (problem.status === 401 && !(await identity.check())) return false;
      say($('notes-error'), problem.message);
      show($('notes-error'), true);
      return false;
    }
  }

  #draw() {
    const newestFirst = [...this.#notes].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
    $('notes-list').replaceChildren(...newestFirst.map(note => this.#entry(note)));
    show($('notes-empty'), newestFirst.length === 0);
  }

  #entry(note) {
    const bin = el(
      'button',
      {
        type: 'button',
        class: 'icon-button small',
        'data-test': 'note-delete',
        'aria-label': `Delete the note “${note.text.slice(0, 60)}”`,
        title: 'Delete',
        onclick: () => this.#delete(note),
      },
      icon('bin'),
    );
    const time = el('time', { class: 'faint', dateTime: note.at ?? '', title: exact(note.at) }, ago(note.at));
    return el('li', { 'data-test': 'note', 'data-note': note.id }, el('p', {}, note.text), time, bin);
  }
}
