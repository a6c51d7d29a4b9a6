// The few lines of DOM work that every other module needs. Text goes in as text: nothing here parses HTML.

export const $ = id => document.getElementById(id);

/** An element with properties (`class`, `data-*` and `aria-*` as attributes, `on*` as listeners) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class' || name.includes('-') || name === 'role') node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter(child => child !== undefined && child !== null));
  return node;
}

/** One of the symbols at the top of index.html. */
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  const use = document.createElementNS(ns, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}

/** Shows or hides; a hidden element is out of the tab order too. */
export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

/** Sets text only when it changed, so that a live region does not speak twice. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Lets `work` run at most once per animation frame. */
export function perFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
