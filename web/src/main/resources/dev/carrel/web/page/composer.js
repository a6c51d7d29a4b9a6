// Where a message is written. It stays here until the server has acknowledged it.

import { $, say, show } from './dom.js';
import { span } from './time.js';

const TALLEST = 220;
const SLOW_AFTER = 3_000;

export class Composer {
  #area = $('message');
  #unsent = null;
  #sending = false;
  #draft = '';
  #countdown = 0;

  /** `send({id, text})` sends; `stop()` stops the answer. */
  constructor(hooks) {
    this.hooks = hooks;
    this.#area.addEventListener('input', () => this.#edited());
    this.#area.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    $('composer').addEventListener('submit', event => {
      event.preventDefault();
      this.#submit();
    });
    $('retry').addEventListener('click', () => this.#submit());
    $('stop').addEventListener('click', () => hooks.stop());
    addEventListener('resize', () => this.#grow());
  }

  focus() {
    this.#area.focus({ preventScroll: true });
  }

  /** Takes the focus, unless that would bring up a keyboard on the screen. */
  invite() {
    if (matchMedia('(hover: hover)').matches) this.focus();
  }

  /** Sends `text`; what was being written comes back afterwards. */
  ask(text) {
    if (this.#sending) return;
    this.#draft = this.#area.value;
    this.#area.value = text;
    this.#edited();
    this.#submit();
  }

  /** Whether a turn runs that can be stopped, and whether it was asked to. */
  running(running, stopping) {
    const hadFocus = document.activeElement === $('stop');
    show($('stop'), running);
    show($('hint-stop'), running);
    $('stop').disabled = stopping;
    if (hadFocus && (!running || stopping)) this.focus();
  }

  /** The message is stored: the place is free for the next one. */
  sent() {
    this.#settle();
    this.#area.value = this.#draft;
    this.#draft = '';
    this.#edited();
    this.invite();
  }

  /** Not stored: the text stays, and the same message can be sent again. */
  failed(problem, message) {
    this.#settle();
    this.#unsent = { ...message, lost: problem.lost };
    const wait = problem.busy ? (problem.retryAfter ?? 1) : 0;
    this.#explain(problem, performance.now() + wait * 1_000);
    this.focus();
  }

  /** Another conversation is on the desk: the text stays, but is not sent unasked. */
  moved() {
    if (!this.#sending) this.#settle();
  }

  /** The connection is back: what could not be sent goes out, unless it was changed meanwhile. */
  reconnected() {
    if (this.#unsent?.lost && !this.#sending) this.#submit();
  }

  #explain(problem, until) {
    const left = (until - performance.now()) / 1_000;
    if (left > 0) say($('unsent-text'), `${problem.message} Try again in ${span(left)}.`);
    else if (problem.busy) say($('unsent-text'), 'You can send it now.');
    else if (!problem.lost) say($('unsent-text'), problem.message);
    else if (!navigator.onLine) say($('unsent-text'), 'Not sent: you are offline. It goes out when you are back.');
    else say($('unsent-text'), `Not sent. ${problem.message} Your message is kept here.`);
    $('retry').disabled = left > 0;
    this.#button();
    show($('retry'), problem.lost || problem.busy || problem.status >= 500);
    show($('unsent'), true);
    if (left > 0) this.#countdown = setTimeout(() => this.#explain(problem, until), 1_000);
  }

  #slow() {
    say($('unsent-text'), 'Still sending…');
    show($('retry'), false);
    show($('unsent'), true);
  }

  #submit() {
    const text = this.#area.value.trim();
    if (text === '' || this.#sending || $('retry').disabled) return;
    // The same text keeps its id, so that a message whose acknowledgement got lost is not asked twice.
    const id = this.#unsent?.text === text ? this.#unsent.id : newId();
    clearTimeout(this.#countdown);
    this.#sending = true;
    this.#area.readOnly = true;
    $('composer').setAttribute('aria-busy', 'true');
    show($('unsent'), false);
    this.#countdown = setTimeout(() => this.#slow(), SLOW_AFTER);
    this.#button();
    this.hooks.send({ id, text });
  }

  #settle() {
    clearTimeout(this.#countdown);
    this.#sending = false;
    this.#unsent = null;
    this.#area.readOnly = false;
    $('composer').removeAttribute('aria-busy');
    $('retry').disabled = false;
    show($('unsent'), false);
    this.#button();
  }

  #edited() {
    if (this.#unsent && this.#unsent.text !== this.#area.value.trim()) this.#settle();
    this.#grow();
    this.#button();
  }

  #button() {
    $('send').disabled = this.#sending || $('retry').disabled || this.#area.value.trim() === '';
  }

  #grow() {
    this.#area.style.height = 'auto';
    this.#area.style.height = `${Math.min(this.#area.scrollHeight, TALLEST)}px`;
  }
}

// crypto.randomUUID exists in secure contexts only, and a server may be reached by plain http:// in a house network.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
