// Signing in and out.

import * as api from './api.js';
import { $, say, show } from './dom.js';
import * as identity from './identity.js';
import { notice } from './notices.js';
import { span } from './time.js';

/** `used()` lists the visitor's conversations, `current()` names the one on the desk. */
export function account({ used, current }) {
  const dialog = $('sign-in-dialog');

  $('sign-in').addEventListener('click', () => {
    const count = used().length;
    $('sign-in-form').reset();
    show($('sign-in-error'), false);
    show($('take-row'), count > 0);
    say($('take-text'), count === 1 ? 'Take this conversation along into the account' : `Take my ${count} conversations along into the account`);
    dialog.showModal();
    $('user').focus();
  });

  $('sign-in-cancel').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => $('sign-in-form').reset());

  $('sign-in-form').addEventListener('submit', async event => {
    event.preventDefault();
    if ($('sign-in-submit').disabled) return;
    $('sign-in-submit').disabled = true;
    show($('sign-in-error'), false);
    try {
      await signIn();
    } catch (problem) {
      refuse(problem);
    } finally {
      $('sign-in-submit').disabled = false;
    }
  });

  async function signIn() {
    const take = $('take').checked ? used().map(session => session.id) : [];
    const { taken = [], left = [] } = await identity.change(() =>
      api.login($('user').value.trim(), $('password').value, take),
    );
    const stays = taken.includes(current());
    identity.changed(stays ? `#/c/${encodeURIComponent(current())}` : '', left.length > 0 ? stayed(left.length) : null);
  }

  function refuse(problem) {
    const wait = problem.busy && problem.retryAfter ? ` Try again in ${span(problem.retryAfter)}.` : '';
    say($('sign-in-error'), problem.message + wait);
    show($('sign-in-error'), true);
    if (problem.field === 'user') $('user').focus();
    else $('password').select();
  }

  $('sign-out').addEventListener('click', async () => {
    $('sign-out').disabled = true;
    try {
      await identity.change(api.logout);
      identity.changed('');
    } catch (problem) {
      $('sign-out').disabled = false;
      notice(`Not signed out. ${problem.message}`);
    }
  });
}

function stayed(count) {
  const what = count === 1 ? 'One conversation' : `${count} conversations`;
  return `${what} stayed with the visitor, because an answer was still being written.`;
}
