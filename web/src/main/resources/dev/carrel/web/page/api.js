// The HTTP interface of docs/http.md. Every failure becomes a Problem with a sentence fit to be shown.

const PLAIN = {
  0: 'The server cannot be reached.',
  401: 'Please sign in first.',
  403: 'The server refused this request.',
  404: 'It is not here any more.',
  410: 'It is over.',
  413: 'That is too long.',
  429: 'Too many requests just now.',
  503: 'The server is not ready.',
  504: 'The server took too long.',
};

export class Problem extends Error {
  constructor(status, { detail, code, reason, field, requestId } = {}, retryAfter) {
    super(detail || PLAIN[status] || 'Something went wrong on the server.');
    this.status = status;
    this.code = code;
    /** Why, in a word, where the server says more than the code. */
    this.reason = reason;
    this.field = field;
    this.requestId = requestId;
    /** Seconds to wait, where the server named them. */
    this.retryAfter = retryAfter;
  }

  /** The request may not have arrived, or its answer got lost: the same request can be sent again. */
  get lost() {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }

  /** What was asked for is not there, or not any more. */
  get gone() {
    return this.status === 404 || this.status === 410;
  }

  get busy() {
    return this.status === 429 || this.status === 503;
  }
}

async function call(method, path, body, seconds = 20) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(seconds * 1_000),
    });
  } catch (failure) {
    throw new Problem(0, failure.name === 'TimeoutError' ? { detail: 'The server did not answer in time.' } : {});
  }
  const json = await parsed(response);
  if (response.ok) return json;
  throw new Problem(response.status, json, waitOf(response));
}

async function parsed(response) {
  if (response.status === 204) return undefined;
  if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) return undefined;
  try {
    return await response.json();
  } catch {
    if (response.ok) throw new Problem(0); // cut off in the middle
    return undefined;
  }
}

function waitOf(response) {
  const value = response.headers.get('Retry-After');
  if (!value) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

const at = (...parts) => '/' + parts.map(encodeURIComponent).join('/');

export const me = () => call('GET', '/me');
export const login = (user, password, take) => call('POST', '/login', { user, password, take });
export const logout = () => call('POST', '/logout');
export const listSessions = async () => (await call('GET', '/sessions')).sessions;
export const createSession = async () => (await call('POST', '/sessions', {})).id;
export const readSession = id => call('GET', at('sessions', id));
export const deleteSession = id => call('DELETE', at('sessions', id));
export const postMessage = (session, id, text) => call('POST', at('sessions', session, 'messages'), { id, text });
export const cancelTurn = (session, turn) => call('POST', at('sessions', session, 'turns', turn, 'cancel'));
export const answerTurn = (session, turn, ask, value) =>
  call('POST', at('sessions', session, 'turns', turn, 'answers'), { ask, value });
export const callFunction = (session, name, body) => call('POST', at('sessions', session, 'functions', name), body);

/** Where the events of a session are read from; `after` is the last event seen, if any. */
export function eventsPath(session, after) {
  return at('sessions', session, 'events') + (after ? `?after=${encodeURIComponent(after)}` : '');
}
