// Markdown to DOM, sanitised, and only what changed: a streaming answer keeps the blocks that are finished.
//
// Two locks. Raw HTML in an answer is shown as text; and what marked makes of the rest passes DOMPurify with a short list
// of elements. No image is fetched: it becomes a link. No `style`, no `id`, no form can get through.

import { Marked } from '/assets/lib/marked.js';
import DOMPurify from '/assets/lib/purify.js';
import { dressCode } from './code.js';

const TAGS = [
  'p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'em', 'strong',
  'del', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
];
const CLEAN = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ['href', 'title', 'class', 'start', 'align'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

// What marked and highlight.js write; any other class could dress an answer up as a part of the page.
const CLASSES = { CODE: /^language-[\w+#.-]+$/, SPAN: /^hljs-[\w -]+$/ };

const escaped = text => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

const marked = new Marked({
  gfm: true,
  renderer: {
    html({ text, block }) {
      if (/^<br\s*\/?>$/i.test(text.trim())) return '<br>';
      return block ? `<p>${escaped(text)}</p>` : escaped(text);
    },
    image({ href, text }) {
      return `<a href="${escaped(href)}">${escaped(text || 'image')}</a>`;
    },
    checkbox({ checked }) {
      return checked ? '☑ ' : '☐ ';
    },
  },
});

DOMPurify.addHook('afterSanitizeAttributes', node => {
  if (node.tagName === 'A') {
    if (/^(https?:\/\/|mailto:)/i.test(node.getAttribute('href') ?? '')) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer nofollow');
    } else {
      node.removeAttribute('href'); // a relative link would lead somewhere in this server
    }
  }
  const name = node.getAttribute?.('class');
  if (name && !CLASSES[node.tagName]?.test(name)) node.removeAttribute('class');
});

/** A fragment from Markdown, in one go. */
export function toFragment(text) {
  return DOMPurify.sanitize(marked.parse(text), CLEAN);
}

/** An element whose content follows a growing Markdown text. */
export class MarkdownView {
  #host;
  #blocks = [];

  constructor(host) {
    this.#host = host;
  }

  /** `growing` while more may come; `cited(fragment)` may change what was made, and `key` says when it would differ. */
  render(text, { growing = false, key = '', cited = () => {} } = {}) {
    const tokens = marked.lexer(text).filter(token => token.type !== 'space');
    tokens.forEach((token, index) => {
      const unfinished = growing && index === tokens.length - 1;
      const mark = `${unfinished}|${key}|${token.raw.trimEnd()}`;
      const block = this.#blocks[index];
      if (block?.mark === mark) return;
      const made = document.createElement('div');
      made.append(DOMPurify.sanitize(marked.parser([token]), CLEAN));
      cited(made);
      dressCode(made, !unfinished);
      if (block) block.node.replaceWith(made);
      else this.#host.append(made);
      this.#blocks[index] = { mark, node: made };
    });
    for (const block of this.#blocks.splice(tokens.length)) block.node.remove();
  }
}
