import { addressOf, metadataOf } from './vault.js';
import { element, View } from './view.js';

/**
 * Gives a file to the user, into their downloads and nowhere else: it streams from an address that works once, as an attachment whose type says
 * nothing (docs/secure-frame.md), and is never opened on the vault's origin, whatever whoever uploaded it called it.
 */
export class DownloaderView extends View {
  #token = null;
  #name = '';
  #label = '';

  constructor(frame) {
    super(element('button', { type: 'button' }), frame);
    this.control.addEventListener('click', () => this.#fetch());
  }

  show({ token, disabled }) {
    this.control.disabled = disabled || !token;
    if (!this.asks(token)) return;
    this.clear();
    this.#token = token;
    if (token) this.work((signal) => this.#describe(token, signal));
  }

  clear() {
    this.stop();
    this.#token = null;
    this.#rename('');
  }

  name(label) {
    this.#label = label;
    this.#rename(this.#name);
  }

  async #describe(token, signal) {
    const name = (await metadataOf(token, signal)).fileinfo?.filename;
    if (signal.aborted) return;
    this.say('');
    this.#rename(typeof name === 'string' ? safeName(name) : '');
  }

  #fetch() {
    const token = this.#token;
    if (!token) return;
    this.work(async (signal) => {
      const address = await addressOf(token, signal);
      if (signal.aborted) return;
      element('a', { href: address.href, download: this.#name || 'download' }).click();
      this.say('');
    });
  }

  #rename(name) {
    this.#name = name;
    const text = name ? `Download ${name}` : 'Download';
    this.control.textContent = text;
    // What can be read on the button is heard of it, too (WCAG 2.5.3).
    super.name(this.#label ? `${text}, ${this.#label}` : text);
  }
}

/**
 * A name without what could take a file elsewhere, or make it look like another kind of file: folders, hidden names, control characters and marks that
 * turn the reading direction (a "gpj.exe" that reads as "exe.jpg").
 */
function safeName(name) {
  const plain = name.normalize('NFC').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').replace(/[/\\:*?"<>|]/g, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  const dot = plain.lastIndexOf('.');
  const extension = dot > 0 && plain.length - dot <= 16 ? plain.slice(dot) : '';
  return plain.slice(0, plain.length - extension.length).slice(0, 100) + extension;
}
