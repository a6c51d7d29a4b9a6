// What a turn asks its user: the open question with the means to answer it, and below the text what was answered before.

import { el, say, show } from './dom.js';

const NAME = 'asked';

/** The questions of a turn, as `{ask, text, options}`, oldest first. */
export function questionsOf(turn) {
  return turn.data
    .filter(({ name, value }) => name === NAME && Number.isInteger(value?.ask))
    .map(({ value: { ask, question } }) => ({ ask, text: textOf(question), options: optionsOf(question) }));
}

/** The question that waits for its answer, if one does. */
export function openQuestion(turn) {
  return turn.status === 'waiting' ? questionsOf(turn).at(-1) : undefined;
}

/** A question may be any JSON; this page knows strings, and objects with a `text` and maybe `options`. */
function textOf(question) {
  if (typeof question === 'string') return question;
  if (typeof question?.text === 'string') return question.text;
  return JSON.stringify(question);
}

function optionsOf(question) {
  const options = question?.options;
  return Array.isArray(options) && options.every(option => typeof option === 'string') ? options : [];
}

export class AskedView {
  #answer;
  #shown = '';
  #said = el('ul', { class: 'answered' });
  #open = el('div', { class: 'asked-open' });
  #error = el('p', { class: 'error', role: 'alert', 'data-test': 'asked-error', hidden: true });
  node = el('div', { class: 'asked' }, this.#said, this.#open, this.#error);

  /**
   * `answer(turn, ask, value, focused)` resolves when the answer is stored, and rejects with a problem to be shown; `focused`
   * says that the focus was here, where it cannot stay.
   */
  constructor(answer) {
    this.#answer = answer;
  }

  render(turn) {
    const questions = questionsOf(turn);
    const open = openQuestion(turn);
    const key = JSON.stringify([questions, open?.ask, turn.attempt, turn.answers]);
    if (this.#shown === key) return;
    this.#shown = key;
    show(this.node, questions.length > 0);
    show(this.#error, false);
    this.#said.replaceChildren(...questions.filter(one => one !== open && one.ask !== open?.ask).map(one => this.#line(one, turn)));
    this.#open.replaceChildren(...(open ? this.#form(turn, open) : []));
  }

  #line({ ask, text }, turn) {
    const given = turn.answers?.[ask];
    const words = given === undefined ? '' : typeof given === 'string' ? given : JSON.stringify(given);
    return el('li', { 'data-test': 'answered', 'data-ask': ask }, text, words && el('span', { class: 'given' }, words));
  }

  #form(turn, { ask, text, options }) {
    const words = el('p', { class: 'asked-text', id: `asked-${turn.id}`, 'data-test': 'asked', 'data-ask': ask }, text);
    const give = value => this.#give(turn, ask, value);
    if (options.length > 0) {
      const buttons = options.map(option =>
        el('button', { type: 'button', class: 'choice', 'data-test': 'choice', onclick: () => give(option) }, option),
      );
      return [words, el('div', { class: 'choices', role: 'group', 'aria-labelledby': words.id }, ...buttons)];
    }
    const field = el('input', { type: 'text', autocomplete: 'off', 'data-test': 'asked-field', 'aria-labelledby': words.id });
    const send = el('button', { type: 'submit', class: 'button', 'data-test': 'asked-send' }, 'Answer');
    const form = el('form', { class: 'asked-form', autocomplete: 'off' }, field, send);
    form.addEventListener('submit', event => {
      event.preventDefault();
      if (field.value.trim() !== '') give(field.value.trim());
    });
    return [words, form];
  }

  async #give(turn, ask, value) {
    const controls = this.#open.querySelectorAll('button, input');
    const asked = this.#shown;
    const focused = this.node.contains(document.activeElement);
    show(this.#error, false);
    controls.forEach(control => (control.disabled = true));
    try {
      await this.#answer(turn, ask, value, focused);
    } catch (problem) {
      if (this.#shown !== asked) return; // it was answered meanwhile, in another tab maybe
      controls.forEach(control => (control.disabled = false));
      say(this.#error, problem.lost ? `Not answered. ${problem.message}` : problem.message);
      show(this.#error, true);
    }
  }
}
