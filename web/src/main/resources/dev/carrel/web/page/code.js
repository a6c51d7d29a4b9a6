// Code blocks: a head with the language and a copy button, and colours where highlight.js knows the language.

import DOMPurify from '/assets/lib/purify.js';
import { el, icon } from './dom.js';

const COLOURS = { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'], RETURN_DOM_FRAGMENT: true };

/** Dresses every code block under `root`; colours wait until the block is finished. */
export function dressCode(root, finished) {
  for (const pre of root.querySelectorAll('pre')) {
    const code = pre.firstElementChild;
    if (!code) continue;
    const language = /^language-(.+)$/.exec(code.className)?.[1] ?? '';
    if (finished) colour(code, language);
    const frame = el('div', { class: 'code', 'data-test': 'code' });
    pre.replaceWith(frame);
    pre.tabIndex = 0; // scrolls sideways, so the keyboard must reach it
    frame.append(el('div', { class: 'code-head' }, el('span', {}, language), copyButton(() => code.textContent)), pre);
  }
}

// highlight.js is a classic script that may still be on its way: then the code stays plain.
function colour(code, language) {
  const hljs = window.hljs;
  if (!language || !hljs?.getLanguage(language) || code.textContent.length > 50_000) return;
  const { value } = hljs.highlight(code.textContent, { language, ignoreIllegals: true });
  code.replaceChildren(DOMPurify.sanitize(value, COLOURS));
}

/** A button that copies what `text()` answers, and says so. */
export function copyButton(text, label = 'Copy') {
  const word = el('span', {}, label);
  return el(
    'button',
    {
      type: 'button',
      class: 'quiet small',
      'data-test': 'copy',
      async onclick() {
        word.textContent = (await copy(text())) ? 'Copied' : 'Not copied';
        setTimeout(() => (word.textContent = label), 1_600);
      },
    },
    icon('copy'),
    word,
  );
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // no clipboard API on plain http:// beyond localhost
  }
}

function copyBySelection(text) {
  const area = el('textarea', { class: 'hidden-text', value: text, readOnly: true });
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return done;
}
