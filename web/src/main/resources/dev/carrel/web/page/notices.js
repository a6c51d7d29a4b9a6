// Quiet words above the composer: the state of the connection, and anything else that has to be said once.

import { $, say, show } from './dom.js';

const AT_LEAST = 1_200;
const WORDS = {
  lost: 'Connection lost. Catching up…',
  restarting: 'The server is restarting. Catching up…',
};

let shownAt = 0;
let hiding = 0;

/** Shows a state of the stream; a short drop stays readable for a moment. */
export function connection(state) {
  document.body.dataset.connection = state;
  clearTimeout(hiding);
  const node = $('connection');
  const words = WORDS[state] && (navigator.onLine ? WORDS[state] : 'You are offline. The conversation goes on when you are back.');
  if (words) {
    if (node.hidden) shownAt = performance.now();
    say(node, words);
    show(node, true);
  } else {
    hiding = setTimeout(() => show(node, false), Math.max(0, shownAt + AT_LEAST - performance.now()));
  }
}

let fading = 0;

/** Says one thing, until it is dismissed, another is said, or ten seconds have passed. */
export function notice(text) {
  clearTimeout(fading);
  say($('notice-text'), text ?? '');
  show($('notice'), Boolean(text));
  if (text) fading = setTimeout(() => show($('notice'), false), 10_000);
}

$('notice-close').addEventListener('click', () => {
  notice(null);
  $('message').focus();
});
