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
    const closed = () => {
      if (dialog.open) return; // the `close` event comes late: this one is of the question before
      dialog.removeEventListener('close', closed);
      resolve(dialog.returnValue === 'yes');
    };
    dialog.addEventListener('close', closed);
  });
}
