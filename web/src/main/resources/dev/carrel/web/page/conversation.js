// One conversation as it stands: a snapshot, and the events after it. No DOM and no network.

const CLOSED = new Set(['committed', 'failed', 'cancelled', 'interrupted']);

export const isOpen = turn => !CLOSED.has(turn.status);

/** Whether event `id` (`epoch.number`) comes after `last`. Another epoch is always news. */
export function follows(last, id) {
  if (!last || !id) return true;
  const [epoch, number] = split(id);
  const [lastEpoch, lastNumber] = split(last);
  return epoch !== lastEpoch || number > lastNumber;
}

function split(id) {
  const dot = id.lastIndexOf('.');
  return [id.slice(0, dot), Number(id.slice(dot + 1))];
}

export class Conversation {
  constructor(id) {
    this.id = id;
    this.title = '';
    /** In the order in which the server took them. */
    this.turns = [];
    /** The last event taken in. */
    this.last = null;
  }

  /** Forgets what it had and stands as the snapshot says. */
  load(snapshot) {
    this.title = snapshot.title ?? '';
    this.last = snapshot.last ?? null;
    this.turns = snapshot.turns.map(turn => ({ text: '', data: [], ...turn, answers: answersOf(turn), revision: 0 }));
  }

  turn(id) {
    return this.turns.find(turn => turn.id === id);
  }

  get open() {
    return this.turns.filter(isOpen);
  }

  /** A message that was acknowledged before its event came. */
  acknowledged(turnId, message) {
    if (this.turn(turnId)) return;
    this.turns.push({ ...fresh(turnId, message), early: true });
  }

  /**
   * Takes one event in. Answers 'seen' for a duplicate, 'gap' when the event speaks of a turn that was never announced
   * (the snapshot has to be read again), otherwise 'taken'.
   */
  apply(kind, id, data) {
    if (!follows(this.last, id)) return 'seen';
    if (kind !== 'message' && !this.turn(data.turn)) return 'gap';
    this.last = id || this.last;
    if (kind === 'message') this.#announce(data);
    else this.#advance(this.turn(data.turn), kind, data);
    return 'taken';
  }

  /** The event fixes the order: an early turn moves behind the announced ones. */
  #announce({ turn: turnId, id, text, at }) {
    const known = this.turn(turnId);
    if (known && !known.early) return;
    const turn = known ?? fresh(turnId, {});
    turn.message = { id, text, at };
    turn.early = false;
    turn.revision++;
    const rest = this.turns.filter(other => other !== turn);
    const place = rest.findIndex(other => other.early);
    rest.splice(place < 0 ? rest.length : place, 0, turn);
    this.turns = rest;
  }

  #advance(turn, kind, data) {
    if (!isOpen(turn) || data.attempt < turn.attempt) return;
    turn.revision++;
    if (data.attempt > turn.attempt) {
      turn.again = kind === 'reset';
      turn.attempt = data.attempt;
      turn.text = '';
      turn.data = [];
    }
    switch (kind) {
      case 'started':
      case 'reset':
        turn.status = 'running';
        break;
      case 'text':
        turn.status = 'running';
        turn.text += data.text;
        break;
      case 'data':
        turn.status = 'running';
        turn.data.push({ name: data.name, value: data.value });
        break;
      case 'asked':
        turn.status = 'waiting';
        turn.data.push({ name: 'asked', value: { ask: data.ask, question: data.question } });
        break;
      case 'answered':
        turn.status = 'running';
        turn.answers = { ...turn.answers, [data.ask]: data.value };
        break;
      default:
        turn.status = kind;
        if (kind !== 'committed') turn.failure = { code: data.code, message: data.message };
    }
  }
}

function fresh(id, message) {
  return { id, status: 'queued', attempt: 0, message, text: '', data: [], revision: 0 };
}

/** What was answered, by the number of the question. */
function answersOf({ answers = [] }) {
  return Object.fromEntries(answers.map(({ ask, value }) => [ask, value]));
}
