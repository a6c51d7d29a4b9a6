// The event stream of one session: opened, dropped, opened again after the last event seen, until it ends for good.
//
// EventSource would reconnect by itself, but it gives up on any answer that is not 200, always waits the same three
// seconds and cannot be told that it hangs. So each drop closes it, and a new one is opened here.

const KINDS = [
  'message', 'started', 'text', 'data', 'asked', 'answered', 'reset', 'committed', 'failed', 'cancelled', 'interrupted',
  'snapshot', 'ended', 'closing',
];
const FIRST_WAIT = 400;
const LONGEST_WAIT = 15_000;
const OPEN_WITHIN = 10_000;
const STEADY_AFTER = 5_000;

export class EventStream {
  #hooks;
  #source = null;
  #timer = 0;
  #tries = 0;
  #heard = 0;
  #state = 'idle';

  /**
   * `path()` is where to read on from; `event(kind, id, data)` takes an event; `state(name)` hears `connecting`, `open`,
   * `lost`, `restarting`, `paused` and `stopped`; `probe()` resolves, after a connection that never opened, to the
   * milliseconds to wait at least, or to -1 when the session is gone.
   */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  get state() {
    return this.#state;
  }

  /** Milliseconds since anything was heard; heartbeats are comments, which EventSource hides. */
  get silence() {
    return performance.now() - this.#heard;
  }

  /** Opens, or opens anew without waiting: a hanging connection looks like a quiet one. */
  open() {
    if (this.#state === 'stopped') return;
    this.#drop();
    if (document.hidden) {
      this.#become('paused');
      return;
    }
    if (this.#state !== 'lost' && this.#state !== 'restarting') this.#become('connecting');
    this.#heard = performance.now();
    const source = new EventSource(this.#hooks.path());
    this.#source = source;
    this.#timer = setTimeout(() => this.#lost('lost', false), OPEN_WITHIN);
    source.onopen = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (this.#tries = 0), STEADY_AFTER);
      this.#heard = performance.now();
      this.#become('open');
    };
    source.onerror = () => this.#lost('lost', this.#state === 'open');
    for (const kind of KINDS) source.addEventListener(kind, event => this.#take(source, kind, event));
  }

  /** A hidden tab holds no connection: browsers allow six to a host. */
  pause() {
    if (this.#state === 'stopped') return;
    this.#drop();
    this.#become('paused');
  }

  stop() {
    this.#drop();
    this.#become('stopped');
  }

  #take(source, kind, event) {
    if (source !== this.#source) return;
    this.#heard = performance.now();
    if (kind === 'closing') {
      this.#lost('restarting', true);
      return;
    }
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      this.#lost('lost', true); // cut off in the middle: read it again
      return;
    }
    this.#tries = 0;
    if (kind === 'ended') this.stop();
    this.#hooks.event(kind, event.lastEventId, data);
  }

  async #lost(state, hadOpened) {
    this.#drop();
    this.#become(state);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries++);
    const jittered = wait * (0.5 + Math.random() / 2);
    const turn = (this.#timer = setTimeout(() => this.open(), jittered));
    if (hadOpened) return;
    const least = await this.#hooks.probe();
    if (turn !== this.#timer || this.#source) return; // something else happened meanwhile
    if (least < 0) this.stop();
    else if (least > jittered) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.open(), least);
    }
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #become(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.#hooks.state(state);
  }
}
