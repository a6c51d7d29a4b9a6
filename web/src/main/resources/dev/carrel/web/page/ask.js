// A question before something is lost for good.

import { $, say } from './dom.js';

/** Resolves to whether the answer was yes. Escape and the first button mean no. */
export function ask(heading, text, yes = 'Delete') {
  const dialog = $('question');
  say($('question-heading'), heading);
  say($('question-text'), text);
  say($('question-yes'), yes);
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
