import { largestValue } from './channel.js';
import { keep, metadataOf, Refusal } from './vault.js';
import { element, View } from './view.js';

/** Takes a file. Its name and type are kept with it, behind the token: they may say as much as the file does. */
export class UploaderView extends View {
  #token = null;

  constructor(frame) {
    super(element('input', { type: 'file' }), frame);
    this.control.addEventListener('change', () => this.#take(this.control.files[0]));
  }

  show({ token, accept, disabled, required }) {
    Object.assign(this.control, { accept, disabled });
    this.control.setAttribute('aria-required', String(required));
    if (!this.asks(token) || token === this.#token) return;
    this.clear();
    this.#token = token;
    if (token) this.work((signal) => this.#nameOf(token, signal));
  }

  clear() {
    this.stop();
    this.#token = null;
    this.control.value = '';
    this.say('');
  }

  /** A file is on its way from the moment it was chosen. */
  commit() {}

  #take(file) {
    this.frame.tell('editing');
    this.work(async (signal) => {
      const token = file ? await this.#keep(file, signal) : null;
      if (signal.aborted) return;
      this.#token = token;
      this.say(file ? `Protected: ${file.name}` : '');
      this.frame.tell('changed', { token });
    });
  }

  async #keep(file, signal) {
    try {
      if (file.size > largestValue) throw new Refusal('value-too-large');
      this.say(`Protecting ${file.name} …`);
      const { name: filename, type, lastModified } = file;
      return await keep(file, { dataType: 'file', fileinfo: { filename, type, lastModified } }, signal);
    } catch (fault) {
      // The same file can be chosen again.
      if (!signal.aborted) this.control.value = '';
      throw fault;
    }
  }

  async #nameOf(token, signal) {
    const name = (await metadataOf(token, signal)).fileinfo?.filename;
    if (!signal.aborted) this.say(typeof name === 'string' ? `Protected: ${name}` : 'A file is protected.');
  }
}
