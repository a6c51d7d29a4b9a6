// Who is asking. When that changes, in this tab or another, the page starts over from nothing: a reload is the one way
// to be sure that no text of the previous user is left in the document, in a variable or in a pending answer.

import * as api from './api.js';
import { $, say, show } from './dom.js';

const FAREWELL = 'carrel.farewell';
const tabs = new BroadcastChannel('carrel');
const listeners = new Set();

let who = null;
let leaving = false;
let changing = false;

export const signedIn = () => who !== null && !who.anonymous;
export const isLeaving = () => leaving;

export async function load() {
  who = await api.me();
  const name = who.anonymous ? 'Visitor' : who.name || who.user;
  say($('who'), name);
  $('who').dataset.user = who.anonymous ? '' : who.user;
  $('who').title = who.anonymous ? 'Not signed in: this browser is the visitor' : `Signed in as ${who.user}`;
  show($('sign-in'), who.anonymous);
  show($('sign-out'), !who.anonymous);
}

/** Starts over when the browser's cookie has become somebody else's. Resolves to whether it is still the same. */
export async function check() {
  if (who === null) return true;
  if (leaving || changing) return false; // whoever asked is about to start over
  try {
    const now = await api.me();
    if (now.user === who.user && now.anonymous === who.anonymous) return true;
  } catch {
    return true; // not reachable: nothing is known
  }
  leave('');
  return false;
}

/** Starts over at `hash`; `farewell` is said afterwards and names nobody. */
export function leave(hash, farewell) {
  leaving = true;
  document.body.hidden = true;
  try {
    sessionStorage.clear();
    if (farewell) sessionStorage.setItem(FAREWELL, farewell);
  } catch {
    // storage may be switched off
  }
  history.replaceState(null, '', '/' + hash);
  location.reload();
}

/** Runs a login or logout: what happens to the streams meanwhile is no news. */
export async function change(work) {
  changing = true;
  try {
    return await work();
  } finally {
    changing = false;
  }
}

/** Login or logout succeeded here: the other tabs start over too. */
export function changed(hash, farewell) {
  tabs.postMessage('identity');
  leave(hash, farewell);
}

/** What the page said it would tell after starting over. */
export function farewell() {
  try {
    const text = sessionStorage.getItem(FAREWELL);
    sessionStorage.removeItem(FAREWELL);
    return text;
  } catch {
    return null;
  }
}

/** The list of conversations changed: the other tabs read it again. */
export const sessionsChanged = () => tabs.postMessage('sessions');
export const onSessionsChanged = listener => listeners.add(listener);

tabs.onmessage = ({ data }) => {
  if (data === 'identity' && !leaving) leave('');
  if (data === 'sessions') listeners.forEach(listener => listener());
};

// A page out of the browser's back/forward cache may be somebody else's.
addEventListener('pageshow', event => {
  if (event.persisted) leave(location.hash);
});
