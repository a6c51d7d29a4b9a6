// Light or dark. A classic script in the head, so that a kept choice holds before the first paint.
(() => {
  const KEY = 'carrel.theme';
  const root = document.documentElement;

  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be switched off
    }
  };

  const show = choice => {
    if (choice === 'light' || choice === 'dark') root.dataset.theme = choice;
    else delete root.dataset.theme;
  };

  const mark = choice => {
    for (const radio of document.getElementsByName('theme')) radio.checked = radio.value === (choice ?? 'auto');
  };

  show(kept());
  addEventListener('storage', event => {
    if (event.key === KEY) {
      show(kept());
      mark(kept());
    }
  });
  addEventListener('DOMContentLoaded', () => {
    mark(kept());
    document.getElementById('appearance').addEventListener('change', event => {
      const choice = event.target.value;
      show(choice);
      try {
        if (choice === 'auto') localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, choice);
      } catch {
        // the choice holds until the page is left
      }
    });
  });
})();
