// The conversation on the desk: opened from a snapshot, kept current by its stream, written to by the composer.

import * as api from './api.js';
import { openQuestion } from './asked.js';
import { Composer } from './composer.js';
import { Conversation, isOpen } from './conversation.js';
import { $ } from './dom.js';
import * as identity from './identity.js';
import { connection, notice } from './notices.js';
import { EventStream } from './stream.js';
import { pause } from './time.js';
import { Transcript } from './transcript.js';

const RESEND_AFTER = [400, 1_500];
const QUIET_TOO_LONG = 30_000;
const SEEN_WITHIN = 5_000;
const ENDED = {
  deleted: 'This conversation was deleted.',
  moved: 'This conversation was moved to an account.',
  idle: 'This conversation is over: nothing was said in it for too long.',
  expired: 'This conversation is over: it has reached the age that one may reach.',
  evicted: 'This conversation is over: newer ones have taken its place.',
  erased: 'All that was kept of you was erased.',
};

export class Chat {
  #conversation = null;
  #stream = null;
  #spare = null;
  #stopping = null;
  #transcript = new Transcript({
    askAgain: text => this.#composer.ask(text),
    cancel: turn => this.#cancel(turn),
    answer: (turn, ask, value, focused) => this.#answer(turn, ask, value, focused),
  });
  #composer = new Composer({ send: message => this.#send(message), stop: () => this.stop() });

  /** `moved(id)` hears which conversation is on the desk, `used()` that a list of them would look different now. */
  constructor(hooks) {
    this.hooks = hooks;
    document.addEventListener('visibilitychange', () => this.#visible());
    addEventListener('online', () => this.#stream?.open());
    addEventListener('online', () => this.#composer.reconnected());
    addEventListener('offline', () => this.#stream && connection('lost'));
    setInterval(() => this.#watch(), 5_000);
  }

  get id() {
    return this.#conversation?.id ?? null;
  }

  get title() {
    return this.#conversation?.title || this.#conversation?.turns[0]?.message?.text || '';
  }

  focus() {
    this.#composer.focus();
  }

  invite() {
    this.#composer.invite();
  }

  ask(text) {
    this.#composer.ask(text);
  }

  /** Puts a conversation on the desk, or a blank page for `null`. */
  async open(id) {
    if (id !== null && id === this.id) return;
    this.#composer.moved();
    this.#put(id === null ? null : new Conversation(id));
    if (id !== null) await this.#read(this.#conversation);
  }

  /** A session to call functions in: the one on the desk, or a new one that the next message will use. */
  async sessionForFunctions(any) {
    return this.id ?? this.#spare ?? any ?? (this.#spare = await api.createSession());
  }

  /** Stops the turn that runs, or else the first that waits. Answers whether there was one. */
  stop() {
    const open = this.#conversation?.open ?? [];
    const turn = open.find(one => one.status !== 'queued') ?? open[0];
    if (turn) this.#cancel(turn);
    return turn !== undefined;
  }

  #put(conversation) {
    this.#stream?.stop();
    this.#stream = null;
    this.#conversation = conversation;
    this.#stopping = null;
    connection('idle');
    this.#transcript.show(conversation);
    this.#show();
    this.hooks.moved(this.id);
  }

  async #read(conversation) {
    $('transcript').ariaBusy = 'true';
    let tries = 0;
    while (this.#conversation === conversation) {
      try {
        const snapshot = await api.readSession(conversation.id);
        if (this.#conversation !== conversation) return;
        conversation.load(snapshot);
        this.#listen(conversation);
        break;
      } catch (problem) {
        if (this.#conversation !== conversation) return;
        if (problem.gone) {
          this.#gone(`${ENDED[problem.reason] ?? 'That conversation is not here.'} This is a new one.`);
          break;
        }
        connection('lost');
        await pause(Math.max((problem.retryAfter ?? 0) * 1_000, Math.min(10_000, 500 * 2 ** tries++)));
      }
    }
    $('transcript').ariaBusy = null;
    this.#show();
  }

  #listen(conversation) {
    const mine = hook => (...values) => this.#conversation === conversation && hook(...values);
    this.#stream?.stop();
    this.#stream = new EventStream({
      path: () => api.eventsPath(conversation.id, conversation.last),
      event: mine((kind, id, data) => this.#event(kind, id, data)),
      state: mine(state => {
        connection(state);
        if (state === 'open') this.#composer.reconnected();
      }),
      probe: () => this.#probe(conversation),
    });
    this.#stream.open();
  }

  /** Why did the stream not open? EventSource keeps the answer to itself. */
  async #probe(conversation) {
    try {
      await api.readSession(conversation.id);
    } catch (problem) {
      if (problem.gone && this.#conversation === conversation) {
        if (await identity.check()) this.#gone(ENDED[problem.reason] ?? 'This conversation is gone.');
        return -1;
      }
      return (problem.retryAfter ?? 0) * 1_000;
    }
    return 0;
  }

  #event(kind, id, data) {
    const conversation = this.#conversation;
    if (kind === 'ended') {
      this.#ended(data.reason ?? '');
      return;
    }
    if (kind === 'snapshot') {
      conversation.load(data);
      this.#show();
      return;
    }
    const taken = conversation.apply(kind, id, data);
    if (taken === 'gap') this.#read(conversation);
    if (taken !== 'taken') return;
    const turn = conversation.turn(data.turn);
    const closed = turn !== undefined && !isOpen(turn);
    if (closed || kind === 'message') this.hooks.used();
    this.#show(closed || kind === 'asked' ? turn.id : undefined);
  }

  async #ended(reason) {
    if (!(await identity.check())) return;
    this.#gone(ENDED[reason] ?? 'This conversation has ended.');
    this.hooks.used();
  }

  #gone(words) {
    this.#put(null);
    notice(words);
  }

  #show(closedTurn) {
    const open = this.#conversation?.open ?? [];
    if (!open.some(turn => turn.id === this.#stopping)) this.#stopping = null;
    this.#composer.running(open.length > 0, this.#stopping !== null);
    this.#transcript.changed(closedTurn);
    this.hooks.titled(this.title);
  }

  async #send(message) {
    notice(null);
    let conversation = this.#conversation;
    try {
      conversation ??= await this.#start();
      const { turn } = await this.#post(conversation.id, message);
      this.#composer.sent();
      if (this.#conversation !== conversation) return;
      conversation.acknowledged(turn, { ...message, at: new Date().toISOString() });
      this.#transcript.toEnd();
      this.#show();
      setTimeout(() => this.#missing(conversation, turn), SEEN_WITHIN);
    } catch (problem) {
      await this.#notSent(problem, message, conversation);
    }
  }

  async #notSent(problem, message, conversation) {
    const { gone } = problem;
    if ((gone || problem.status === 401) && !(await identity.check())) return;
    this.#composer.failed(problem, message);
    if (this.#conversation !== conversation) {
      this.#composer.moved(); // the reader has gone elsewhere: the text must not follow by itself
    } else if (gone) {
      this.#put(null);
      notice(`${ENDED[problem.reason] ?? 'This conversation is gone.'} Send your message again to start a new one.`);
    }
  }

  /** The first message starts the session; until then there is none. */
  async #start() {
    const conversation = new Conversation(this.#spare ?? (await api.createSession()));
    this.#spare = null;
    this.#put(conversation);
    this.#listen(conversation);
    return conversation;
  }

  /** The same message with the same id as often as it takes: the server answers with the first turn. */
  async #post(session, { id, text }) {
    for (let tries = 0; ; tries++) {
      try {
        return await api.postMessage(session, id, text);
      } catch (problem) {
        if (!problem.lost || tries === RESEND_AFTER.length || !navigator.onLine) throw problem;
        await pause(RESEND_AFTER[tries] * (0.5 + Math.random()));
      }
    }
  }

  /** An acknowledged message whose event does not come: the stream only looks alive. */
  #missing(conversation, turnId) {
    if (this.#conversation === conversation && conversation.turn(turnId)?.early) this.#stream?.open();
  }

  /** Answers what a turn asks; what becomes of it is told by the stream. */
  async #answer(turn, ask, value, focused) {
    const conversation = this.#conversation;
    await api.answerTurn(conversation.id, turn.id, ask, value);
    if (focused) this.invite();
    setTimeout(() => this.#unheard(conversation, turn.id, ask), SEEN_WITHIN);
  }

  /** A stored answer whose event does not come: the stream only looks alive. */
  #unheard(conversation, turnId, ask) {
    const turn = conversation.turn(turnId);
    if (this.#conversation === conversation && turn && openQuestion(turn)?.ask === ask) this.#stream?.open();
  }

  async #cancel(turn) {
    if (this.#stopping === turn.id) return;
    this.#stopping = turn.id;
    this.#show();
    try {
      await api.cancelTurn(this.id, turn.id);
    } catch (problem) {
      this.#stopping = null;
      notice(problem.lost ? `Not stopped. ${problem.message}` : problem.message);
      this.#show();
    }
  }

  async #visible() {
    if (document.hidden) {
      this.#stream?.pause();
      return;
    }
    if (!(await identity.check())) return;
    this.#stream?.open();
  }

  #watch() {
    const waits = this.#conversation?.open.some(turn => turn.status !== 'waiting');
    if (waits && this.#stream?.state === 'open' && this.#stream.silence > QUIET_TOO_LONG) this.#stream.open();
  }
}
