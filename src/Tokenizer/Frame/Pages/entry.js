import { keep, read } from './vault.js';
import { element, View } from './view.js';

const types = ['text', 'password', 'tel', 'email', 'url', 'search'];

/**
 * Takes a value from the keyboard. When the user leaves the field it is kept, and the page gets the token. Nothing checks what was typed by a
 * pattern of the page's: the answer would tell the page about the value, and enough answers all of it.
 */
export class EntryView extends View {
  #token = null;

  // 'kept', 'edited' or 'keeping'.
  #state = 'kept';

  static input = (frame) => new EntryView(element('input', { type: 'text' }), frame);
  static textarea = (frame) => new EntryView(element('textarea'), frame);

  constructor(control, frame) {
    // What is typed is for the vault alone: no browser's memory of forms, no spelling service and no translator gets it.
    super(Object.assign(control, { autocomplete: 'off', spellcheck: false, autocapitalize: 'off' }), frame);
    control.setAttribute('autocorrect', 'off');
    control.addEventListener('input', () => this.#edit());
    control.addEventListener('change', () => this.commit());
    control.addEventListener('blur', () => this.commit());
    control.addEventListener('keydown', (event) => this.#press(event));
  }

  show({ token, type, placeholder, maxLength, disabled, readOnly, required }) {
    const { control } = this;
    if (control.localName === 'input') control.type = types.includes(type) ? type : 'text';
    // Browsers offer to remember passwords whatever "off" says, but never what is good once.
    control.autocomplete = control.type === 'password' ? 'one-time-code' : 'off';
    Object.assign(control, { placeholder, disabled, readOnly });
    control.setAttribute('aria-required', String(required));
    if (maxLength) control.maxLength = maxLength;
    else control.removeAttribute('maxlength');
    if (this.asks(token) && token !== this.#token) this.#replace(token);
  }

  clear() {
    this.stop();
    this.#token = null;
    this.#state = 'kept';
    this.control.value = '';
  }

  /** Keeps what was typed since the last time. */
  commit() {
    if (this.#state !== 'edited') return;
    this.#state = 'keeping';
    this.work((signal) => this.#keep(signal));
  }

  async #keep(signal) {
    const { value } = this.control;
    try {
      if (value) this.say('Protecting …');
      const token = value ? await keep(value, { dataType: 'string' }, signal) : null;
      if (signal.aborted) return;
      this.#state = 'kept';
      this.#token = token;
      this.say('');
      this.frame.tell('changed', { token });
    } catch (fault) {
      // It is still to be kept: the user leaves the field once more, and it is tried once more.
      if (!signal.aborted) this.#state = 'edited';
      throw fault;
    }
  }

  #edit() {
    // What is being kept is out of date already.
    this.stop();
    if (this.#state === 'edited') return;
    this.#state = 'edited';
    this.say('');
    this.frame.tell('editing');
  }

  #press(event) {
    if (event.key !== 'Enter' || event.isComposing || this.control.localName !== 'input') return;
    event.preventDefault();
    this.commit();
    this.frame.tell('enter');
  }

  #replace(token) {
    this.clear();
    this.#token = token;
    if (!token) return;
    this.work(async (signal) => {
      const value = await read(token, signal);
      if (signal.aborted) return;
      this.say('');
      this.control.value = value;
    });
  }
}
