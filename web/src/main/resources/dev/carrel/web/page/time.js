// "5 minutes ago", and the waits of a 429 or 503.

const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const STEPS = [
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
  ['week', 604_800],
];

/** How long ago an ISO 8601 time was, in words; a date beyond four weeks. */
export function ago(iso, now = Date.now()) {
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return '';
  const seconds = (now - then) / 1_000;
  if (seconds < 60) return 'just now';
  if (seconds > 28 * 86_400) {
    return new Date(then).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
  }
  const [unit, size] = STEPS.findLast(([, step]) => seconds >= step);
  return FORMAT.format(-Math.floor(seconds / size), unit);
}

/** A date and time for a tooltip. */
export function exact(iso) {
  const then = new Date(iso);
  return Number.isNaN(then.getTime()) ? '' : then.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}

/** "12 seconds", "2 minutes". */
export function span(seconds) {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 100) return `${whole} second${whole === 1 ? '' : 's'}`;
  return `${Math.ceil(whole / 60)} minutes`;
}

export const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
