// What all fields have in common: a line that says what is going on, and how a failure is told.

const texts = {
  'assertion-missing': 'You are not signed in.',
  'credentials-missing': 'You are not signed in.',
  'session-required': 'You are not signed in.',
  'session-ended': 'Your session has ended.',
  'session-unknown': 'Your session has ended.',
  'session-hash-mismatch': 'Another session was begun in this browser. Reload the page.',
  'grant-missing': 'You may not see this value.',
  'foreign-token': 'You may not see this value.',
  'token-malformed': 'There is no such value.',
  'value-missing': 'The value was never stored.',
  'value-too-large': 'This is larger than is allowed here.',
  'value-too-long-to-show': 'The value is too long to be shown here.',
  'vault-unreachable': 'The vault does not answer.',
};

// After one of these nothing that was shown or typed may stay.
const ends = new Set([
  'assertion-missing', 'assertion-invalid', 'credentials-missing', 'credentials-invalid', 'session-required', 'session-ended', 'session-unknown',
  'session-mismatch', 'session-hash-mismatch',
]);

export const endsSession = (reason) => ends.has(reason);

export const element = (name, properties = {}) => Object.assign(document.createElement(name), properties);

export class View {
  #notice = element('div', { className: 'notice', id: 'notice' });
  #work = new AbortController();
  #asked;

  /**
   * @param {HTMLElement} control What the user reads or uses.
   * @param {{ tell: Function, refuse: Function }} frame How the page is told, and what is done about a failure.
   */
  constructor(control, frame) {
    this.control = control;
    this.frame = frame;
    this.#notice.setAttribute('role', 'status');
    this.control.setAttribute('aria-describedby', this.#notice.id);
    document.body.replaceChildren(this.control, this.#notice);
  }

  /** Whether this is a session's to use. Values go when it is not. */
  setUsable(usable) {
    this.control.hidden = !usable;
    if (!usable) {
      this.forget();
      this.clear();
    }
  }

  /** Whether the page asks for another token than before. What the user has done since, a repetition does not undo. */
  asks(token) {
    if (token === this.#asked) return false;
    this.#asked = token;
    return true;
  }

  /** The next word of the page's counts, whatever it is. */
  forget() {
    this.#asked = undefined;
  }

  say(text) {
    this.#notice.setAttribute('role', 'status');
    this.control.removeAttribute('aria-invalid');
    this.#notice.textContent = text;
  }

  fail(reason) {
    this.#notice.setAttribute('role', 'alert');
    this.control.setAttribute('aria-invalid', 'true');
    this.#notice.textContent = texts[reason] ?? `This did not work (${reason}).`;
  }

  name(label) {
    this.control.setAttribute('aria-label', label);
  }

  focus() {
    this.control.focus();
  }

  /** Gives up what is under way. */
  stop() {
    this.#work.abort();
    this.control.removeAttribute('aria-busy');
  }

  /**
   * Does one thing, and gives up the one before.
   * @param {(signal: AbortSignal) => Promise<void>} task
   */
  async work(task) {
    this.stop();
    const { signal } = (this.#work = new AbortController());
    this.control.setAttribute('aria-busy', 'true');
    try {
      await task(signal);
    } catch (fault) {
      // Whoever gave it up is doing something else by now.
      if (!signal.aborted) this.frame.refuse(fault);
    } finally {
      if (!signal.aborted) this.control.removeAttribute('aria-busy');
    }
  }
}
