// A protected field in the application's page: an element around a frame of the vault's. Neither this script nor any other of the page sees what is in
// the frame; what passes between them are tokens, reasons and how it should look.

// The vault is where this script came from.
const vault = new URL(import.meta.url).origin;

// How long the frame may take to say its first word once it is there, and how often it is begun anew: while the vault is being replaced by another version,
// page and scripts of the frame may come from two, and then nothing runs.
const patience = 5_000;
const tries = 3;

const look = [
  'background-color', 'color', 'color-scheme', 'font-family', 'font-size', 'font-style', 'font-weight', 'letter-spacing', 'line-height', 'text-align',
];

// A sheet that is adopted needs no style-src of the page's policy.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: inline-block; vertical-align: top; inline-size: 18em; block-size: 3.2em; }
  :host([hidden]) { display: none; }
  iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; color-scheme: inherit; }
`);

// The fields of a page are one session's: which one, the first that has one says.
let mark = null;

export class SecureElement extends HTMLElement {
  static observedAttributes = ['token', 'label', 'class', 'style'];

  #frame = null;
  #nonce = '';
  #isLoaded = false;
  #isHeard = false;
  #hear = (event) => this.#receive(event);

  constructor() {
    super();
    // Open or closed makes no difference to a script of the page; to the application's own tests it does.
    this.attachShadow({ mode: 'open', delegatesFocus: true }).adoptedStyleSheets = [sheet];
  }

  /** The data token whose value this shows. */
  get token() {
    return this.getAttribute('token');
  }

  set token(token) {
    if (token === null) this.removeAttribute('token');
    else this.setAttribute('token', token);
  }

  connectedCallback() {
    // Set before this script was there, it is no more than a property that hides ours.
    if (Object.hasOwn(this, 'token')) {
      const { token } = this;
      delete this.token;
      this.token = token;
    }

    addEventListener('message', this.#hear);
    this.#open(tries);
  }

  disconnectedCallback() {
    removeEventListener('message', this.#hear);
    this.#frame = null;
    this.#isLoaded = false;
    this.shadowRoot.replaceChildren();
  }

  attributeChangedCallback() {
    this.show();
  }

  focus() {
    this.say('focus');
  }

  /** What the field is called, for those who hear it. */
  get labelText() {
    return this.getAttribute('label') ?? 'Protected field';
  }

  /** What the frame is told of this element. */
  get settings() {
    return { component: this.constructor.component, token: this.token, label: this.labelText };
  }

  /** Tells the frame all that it should show, from now on. */
  show() {
    if (!this.#isLoaded) return;
    const computed = getComputedStyle(this);
    const style = Object.fromEntries(look.map((property) => [property, computed.getPropertyValue(property)]));
    this.say('show', { ...this.settings, mark, style });
  }

  say(kind, details = {}) {
    if (this.#isLoaded) this.#frame?.contentWindow?.postMessage({ authproxy: this.#nonce, kind, ...details }, vault);
  }

  /** A message of the frame's; kinds of field have their own. */
  heard({ kind, ...details }) {
    if (kind === 'session') this.#meet(details.mark);
    else if (kind === 'refused') this.fail(details.reason);
  }

  /** @param {string} reason A name of docs/refusals.md or docs/secure-frame.md. */
  fail(reason) {
    this.#tell('secure-error', { reason });
  }

  changed(token) {
    this.#tell('secure-change', { token });
  }

  #open(triesLeft) {
    this.#nonce = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#isLoaded = this.#isHeard = false;
    const frame = document.createElement('iframe');
    frame.title = this.labelText;
    frame.referrerPolicy = 'no-referrer';
    // No forms, no windows, and no way to take the page around it elsewhere.
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-downloads');
    frame.src = `${vault}/frame#${this.#nonce}`;
    frame.addEventListener('load', () => {
      this.#isLoaded = true;
      this.show();
      setTimeout(() => this.#frame === frame && !this.#isHeard && this.#retry(triesLeft), patience);
    });
    this.#frame = frame;
    this.shadowRoot.replaceChildren(frame);
  }

  #retry(triesLeft) {
    if (triesLeft > 1) this.#open(triesLeft - 1);
    else this.fail('frame-unreachable');
  }

  #meet(theirs) {
    mark ??= theirs;
    // It came up in another session than the fields before it, and is to say so.
    if (mark !== theirs) this.show();
  }

  #receive({ origin, source, data }) {
    if (origin !== vault || source !== this.#frame?.contentWindow || data?.authproxy !== this.#nonce) return;
    this.#isHeard = true;
    this.heard(data);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  }
}
