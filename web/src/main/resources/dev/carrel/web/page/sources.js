// The passages that an answer rests on: a list whose entries unfold, and [1] in the text that leads to its entry.

import { el } from './dom.js';
import { toFragment } from './markdown.js';

/** The sources among a turn's data, each once. */
export function sourcesOf(turn) {
  const byNumber = new Map();
  for (const { name, value } of turn.data) {
    if (name === 'sources' && Array.isArray(value)) for (const source of value) byNumber.set(source.number, source);
  }
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

export function sourceList(sources) {
  return el('ol', { class: 'sources', 'data-test': 'sources', 'aria-label': 'Sources' }, ...sources.map(entry));
}

function entry(source) {
  const note = source.kind === 'note';
  const body = el('div', { class: 'passage', 'data-test': 'source-text' });
  const details = el(
    'details',
    {
      'data-test': 'source',
      'data-number': source.number,
      'data-kind': source.kind,
      ontoggle: () => body.hasChildNodes() || body.append(toFragment(source.text ?? '')),
    },
    el(
      'summary',
      {},
      el('span', { class: 'number' }, String(source.number)),
      el('span', { class: 'name' }, note ? 'Your note' : (source.source ?? '')),
      source.heading ? el('span', { class: 'heading' }, source.heading) : null,
    ),
    body,
  );
  return el('li', {}, details);
}

/** Makes a button of every [n] under `root` that names a source; code stays as it is. */
export function linkCitations(root, sources, unfold) {
  if (sources.length === 0) return;
  const known = new Map(sources.map(source => [String(source.number), source]));
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (/\[\d{1,3}\]/.test(node.data) && !node.parentElement.closest('code, a')) texts.push(node);
  }
  for (const node of texts) {
    const parts = node.data.split(/\[(\d{1,3})\]/); // text, number, text, number, text
    const made = parts.map((part, index) => {
      if (index % 2 === 0) return part;
      if (!known.has(part)) return `[${part}]`;
      return el(
        'button',
        {
          type: 'button',
          class: 'cite',
          'data-test': 'cite',
          'aria-label': `Source ${part}`,
          onclick: () => unfold(Number(part)),
        },
        part,
      );
    });
    node.replaceWith(...made);
  }
}
