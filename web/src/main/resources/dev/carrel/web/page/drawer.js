// The side bar: a column on wide screens, a drawer on narrow ones.

import { $, show } from './dom.js';

const narrow = matchMedia('(max-width: 55rem)');

export const isNarrow = () => narrow.matches;

let open = false;

function set(value) {
  open = value && narrow.matches;
  document.body.classList.toggle('drawer-open', open);
  $('sidebar').inert = narrow.matches && !open;
  document.querySelector('.desk').inert = open;
  $('sidebar-open').setAttribute('aria-expanded', String(open));
  show($('shade'), open);
}

/** Answers whether it was open. */
export function closeDrawer() {
  const was = open;
  set(false);
  if (was) $('sidebar-open').focus();
  return was;
}

export function drawer() {
  set(false);
  narrow.addEventListener('change', () => set(false));
  $('shade').addEventListener('click', closeDrawer);
  $('sidebar-close').addEventListener('click', closeDrawer);
  $('sidebar-open').addEventListener('click', () => {
    set(true);
    $('new').focus();
  });
}
