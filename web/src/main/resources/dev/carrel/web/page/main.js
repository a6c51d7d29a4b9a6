// Where the page starts: puts the parts together. docs/page.md says what each of them does.

import { account } from './account.js';
import { Chat } from './chat.js';
import { $, say } from './dom.js';
import { closeDrawer, drawer } from './drawer.js';
import * as identity from './identity.js';
import { Notes } from './notes.js';
import { notice } from './notices.js';
import { Sessions } from './sessions.js';
import { pause } from './time.js';

const sessions = new Sessions({
  deleted: id => id === chat.id && startNew(),
  listed: () => showTitle(),
});

const chat = new Chat({
  moved(id) {
    sessions.current(id);
    const hash = id === null ? '' : `#/c/${encodeURIComponent(id)}`;
    if (location.hash !== hash && !identity.isLeaving()) history.replaceState(null, '', '/' + hash);
  },
  used() {
    sessions.refresh();
    identity.sessionsChanged();
  },
  titled: () => showTitle(),
});

let notes = null;

function showTitle() {
  const title = sessions.titleOf(chat.id) || chat.title;
  say($('title'), title || 'New conversation');
  document.title = title ? `${title.slice(0, 60)} · Carrel` : 'Carrel';
}

function sessionInHash() {
  const found = /^#\/c\/([^/]+)$/.exec(location.hash);
  return found ? decodeURIComponent(found[1]) : null;
}

async function startNew() {
  closeDrawer();
  await chat.open(null);
  chat.invite();
}

function keys(event) {
  if (document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape' && !event.isComposing) {
    if (closeDrawer() || (notes && $('notes').contains(event.target) && notes.close()) || chat.stop()) event.preventDefault();
  } else if (event.code === 'KeyO' && event.shiftKey && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    startNew();
  } else if (event.key === '/' && !event.target.closest('input, textarea')) {
    event.preventDefault();
    chat.focus();
  }
}

async function knowWho() {
  for (let tries = 0; ; tries++) {
    try {
      await identity.load();
      return;
    } catch (problem) {
      notice(`${problem.message} Trying again…`);
      await pause(Math.max((problem.retryAfter ?? 0) * 1_000, Math.min(10_000, 500 * 2 ** tries)));
    }
  }
}

drawer();
document.addEventListener('keydown', keys);
$('new').addEventListener('click', event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab or window
  event.preventDefault();
  startNew();
});
$('skip').addEventListener('click', event => {
  event.preventDefault();
  chat.focus();
});
$('sessions').addEventListener('click', event => event.target.closest('a') && closeDrawer());
$('starters').addEventListener('click', event => event.target.closest('button') && chat.ask(event.target.textContent));
addEventListener('hashchange', () => chat.open(sessionInHash()));

await knowWho();
notice(identity.farewell());
account({ used: () => sessions.used, current: () => chat.id });
if (identity.signedIn()) notes = new Notes(() => chat.sessionForFunctions(sessions.any));
const listed = sessions.refresh();
await Promise.all([listed, chat.open(sessionInHash())]);
chat.invite();
document.body.dataset.ready = 'true';
