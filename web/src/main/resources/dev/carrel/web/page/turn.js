// One turn on the page: the question, the answer as it grows, what came beside it, and how it ended.

import { AskedView, openQuestion } from './asked.js';
import { isOpen } from './conversation.js';
import { copyButton } from './code.js';
import { el, icon, say, show } from './dom.js';
import { MarkdownView } from './markdown.js';
import { linkCitations, sourceList, sourcesOf } from './sources.js';
import { ago, exact } from './time.js';

const ENDINGS = {
  failed: 'The answer failed.',
  cancelled: 'Stopped.',
  interrupted: 'Interrupted.',
};

export class TurnView {
  #turn = null;
  #revision = -1;
  #shown = {};
  #question = el('p', { class: 'question', 'data-test': 'question' });
  #time = el('time', { class: 'faint' });
  #text = el('div', { class: 'markdown', 'data-test': 'answer' });
  #markdown = new MarkdownView(this.#text);
  #waiting = el('p', { class: 'waiting', 'data-test': 'waiting' });
  #void = el('p', { class: 'void-mark', 'data-test': 'void' }, 'Unfinished. This text does not count.');
  #notices = el('div', { class: 'asides' });
  #sources = el('div');
  #asked;
  #outcome = el('div', { class: 'outcome', 'data-test': 'outcome' });
  #copy = copyButton(() => this.#turn.text, 'Copy answer');
  #tools = el('div', { class: 'tools' }, this.#copy, this.#time);

  /**
   * `askAgain(text)` sends a question once more; `cancel(turn)` takes a waiting one back; `answer(turn, ask, value, focused)`
   * answers what a turn asks.
   */
  constructor(hooks) {
    this.hooks = hooks;
    this.#asked = new AskedView(hooks.answer);
    this.node = el(
      'li',
      { class: 'turn', 'data-test': 'turn' },
      el('h3', { class: 'hidden-text' }, 'You asked'),
      this.#question,
      el('h3', { class: 'hidden-text' }, 'Answer'),
      el('div', { class: 'answer' }, this.#void, this.#text, this.#waiting, this.#asked.node, this.#notices, this.#sources, this.#outcome),
      this.#tools,
    );
  }

  render(turn) {
    if (turn === this.#turn && turn.revision === this.#revision) return;
    this.#turn = turn;
    this.#revision = turn.revision;
    const { status, text, message } = turn;
    const open = isOpen(turn);
    const ended = !open && status !== 'committed';
    this.node.dataset.turn = turn.id;
    this.node.dataset.status = status;
    this.node.dataset.attempt = turn.attempt;
    say(this.#question, message?.text ?? '');
    this.tick();
    this.#renderAnswer(turn, open, ended);
    show(this.#void, ended && text !== '');
    show(this.#waiting, open && text === '' && status !== 'waiting');
    this.#asked.render(turn);
    say(this.#waiting, status === 'queued' ? 'Waiting for its turn' : turn.again ? 'Starting the answer again' : 'Looking it up');
    this.#renderNotices(turn);
    this.#renderOutcome(turn, ended);
    show(this.#tools, !open);
    show(this.#copy, status === 'committed' && text !== '');
  }

  /** Time passes. */
  tick() {
    const at = this.#turn.message?.at;
    this.#time.dateTime = at ?? '';
    this.#time.title = at ? exact(at) : '';
    say(this.#time, at ? ago(at) : '');
  }

  /** The answer as a screen reader should hear it. */
  spoken() {
    const asked = openQuestion(this.#turn);
    if (asked) return `Question: ${asked.text}`;
    if (this.#turn.status !== 'committed') return this.#outcome.firstChild?.textContent ?? '';
    const words = this.#text.textContent.replace(/\s+/g, ' ').trim();
    return words.length > 600 ? `Answer: ${words.slice(0, 600)}, and more.` : `Answer: ${words}`;
  }

  #renderAnswer(turn, open, ended) {
    const sources = ended ? [] : sourcesOf(turn); // void with the text
    const sourcesKey = JSON.stringify(sources);
    if (this.#shown.sources !== sourcesKey) {
      this.#shown.sources = sourcesKey;
      this.#sources.replaceChildren(...(sources.length ? [sourceList(sources)] : []));
    }
    const textKey = `${open}|${sourcesKey}|${turn.text}`;
    if (this.#shown.text === textKey) return;
    this.#shown.text = textKey;
    this.#markdown.render(turn.text, {
      growing: open,
      key: sources.map(source => source.number).join(),
      cited: root => linkCitations(root, sources, number => this.#unfold(number)),
    });
  }

  #unfold(number) {
    const details = this.#sources.querySelector(`[data-number="${number}"]`);
    details.open = true;
    details.firstElementChild.focus();
    details.scrollIntoView({ block: 'nearest' });
  }

  #renderNotices(turn) {
    const notices = turn.data.filter(({ name, value }) => name === 'notice' && value?.text);
    const key = JSON.stringify(notices);
    if (this.#shown.notices === key) return;
    this.#shown.notices = key;
    this.#notices.replaceChildren(
      ...notices.map(({ value }) => el('p', { class: 'aside', 'data-test': 'turn-notice' }, value.text)),
    );
  }

  #renderOutcome(turn, ended) {
    const key = `${turn.status}|${turn.failure?.message}`;
    if (this.#shown.outcome === key) return;
    this.#shown.outcome = key;
    this.#outcome.replaceChildren();
    if (ended) {
      const told = turn.status !== 'cancelled' && turn.failure?.message;
      this.#outcome.append(
        el('span', {}, told ? `${ENDINGS[turn.status]} ${told}` : ENDINGS[turn.status]),
        this.#button('again', 'Ask again', 'ask-again', () => this.hooks.askAgain(turn.message.text)),
      );
    } else if (turn.status === 'queued') {
      this.#outcome.append(this.#button('close', 'Take back', 'take-back', () => this.hooks.cancel(turn)));
    }
    show(this.#outcome, this.#outcome.hasChildNodes());
  }

  #button(symbol, label, test, onclick) {
    return el('button', { type: 'button', class: 'quiet small', 'data-test': test, onclick }, icon(symbol), label);
  }
}
