// Messages between the frame and the page around it. The page may be full of somebody else's script: what it says is checked
// like a stranger's word, and what it is told is a token, a reason or a mark, never a value and nothing that depends on one.

const meta = (name) => document.querySelector(`meta[name=${name}]`).content;
const origins = meta('origins').split(' ').filter(Boolean);

/** The largest value in bytes. */
export const largestValue = Number(meta('largest-value'));

// Written by the page into the frame's address, and in every message from then on: one that was meant for another frame, or for what
// stood here before, is not heard.
const nonce = location.hash.slice(1);

export class Channel {
  #page = null;

  /** Whether a page is around us that could speak to us at all. */
  static get isPossible() {
    return parent !== window && /^[0-9a-f]{32}$/.test(nonce);
  }

  /** @param {(message: object) => void} handle Called with each message of the page that holds this frame. */
  listen(handle) {
    addEventListener('message', ({ source, origin, data }) => {
      if (source !== parent || !origins.includes(origin)) return;
      if (typeof data !== 'object' || data === null || data.authproxy !== nonce) return;
      this.#page = origin;
      handle(data);
    });
  }

  /** Tells the page, and whoever else may have taken its place nothing. */
  tell(kind, details = {}) {
    if (this.#page) parent.postMessage({ authproxy: nonce, kind, ...details }, this.#page);
  }
}
