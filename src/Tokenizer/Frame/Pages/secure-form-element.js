import { SecureElement } from './secure-element.js';

/** A field of a form. What the form sends under its name is the token. */
export class SecureFormElement extends SecureElement {
  static formAssociated = true;
  static observedAttributes = [...SecureElement.observedAttributes, 'placeholder', 'type', 'maxlength', 'accept', 'required', 'readonly'];

  #internals = this.attachInternals();
  #form = null;
  #token = null;
  #isPending = false;
  #isDisabled = false;
  #settled = () => {};
  #submit = (event) => this.#hold(event);

  attributeChangedCallback(name, before, after) {
    if (name === 'token') this.#take(after);
    else if (name === 'required') this.#validate();
    super.attributeChangedCallback();
  }

  get name() {
    return this.getAttribute('name') ?? '';
  }

  get form() {
    return this.#internals.form;
  }

  /** The token of what the field holds now; the attribute says what it holds at first. */
  get token() {
    return this.#token;
  }

  set token(token) {
    this.#take(token);
    this.show();
  }

  get labelText() {
    return this.getAttribute('label') ?? this.#internals.labels?.[0]?.textContent.trim() ?? super.labelText;
  }

  get settings() {
    return {
      ...super.settings,
      type: this.getAttribute('type'),
      placeholder: this.getAttribute('placeholder'),
      accept: this.getAttribute('accept'),
      maxLength: Number(this.getAttribute('maxlength')),
      required: this.hasAttribute('required'),
      readOnly: this.hasAttribute('readonly'),
      disabled: this.#isDisabled,
    };
  }

  formAssociatedCallback(form) {
    this.#form?.removeEventListener('submit', this.#submit, true);
    form?.addEventListener('submit', this.#submit, true);
    this.#form = form;
  }

  formDisabledCallback(isDisabled) {
    this.#isDisabled = isDisabled;
    this.show();
  }

  formResetCallback() {
    this.#settle();
    this.say('reset');
    this.token = this.getAttribute('token');
  }

  formStateRestoreCallback(token) {
    this.token = token;
  }

  heard(message) {
    const { kind, token } = message;
    if (kind === 'editing') this.#isPending = true;
    // It has come up, perhaps not for the first time: what was typed before is gone.
    else if (kind === 'here') this.#settle();
    else if (kind === 'changed') this.#change(token);
    else if (kind === 'enter') this.#internals.form?.requestSubmit();
    else super.heard(message);
    // Each of them begins something new, and what was wrong before is no more; 'refused' has said anew what is.
    if (kind === 'editing' || kind === 'here' || kind === 'session') this.#validate();
  }

  fail(reason) {
    this.#settle();
    this.#validate(reason);
    super.fail(reason);
  }

  #change(token) {
    this.#settle();
    this.#take(token);
    // From here on the frame may be asked for the one before again.
    this.show();
    this.changed(token);
  }

  #take(token) {
    this.#token = token ?? null;
    this.#internals.setFormValue(this.#token);
    this.#validate();
  }

  #validate(reason) {
    if (reason) this.#internals.setValidity({ customError: true }, `Not protected: ${reason}`);
    else if (this.hasAttribute('required') && !this.#token && !this.#isPending) this.#internals.setValidity({ valueMissing: true }, 'Please fill out this field.');
    else this.#internals.setValidity({});
  }

  // Whoever presses the button right after typing means what was typed: the form waits for the token, and then goes.
  async #hold(event) {
    if (!this.#isPending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target: form, submitter } = event;
    const isSettled = new Promise((settled) => { this.#settled = settled; });
    this.say('commit');
    await isSettled;
    // What could not be protected holds the form up, and says so.
    if (this.#internals.validity.customError) this.#internals.reportValidity();
    else form.requestSubmit(submitter);
  }

  #settle() {
    this.#isPending = false;
    this.#settled();
  }
}
