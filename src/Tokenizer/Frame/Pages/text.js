import { read } from './vault.js';
import { element, View } from './view.js';

/** Shows a value. */
export class TextView extends View {
  constructor(frame) {
    super(element('output', { dir: 'auto' }), frame);
  }

  show({ token }) {
    if (!this.asks(token)) return;
    this.clear();
    if (token) this.work((signal) => this.#load(token, signal));
  }

  clear() {
    this.stop();
    this.control.textContent = '';
  }

  async #load(token, signal) {
    try {
      const value = await read(token, signal);
      if (signal.aborted) return;
      this.say('');
      this.control.textContent = value;
    } catch (fault) {
      // The page may ask for it again, once it was granted.
      if (!signal.aborted) this.forget();
      throw fault;
    }
  }
}
