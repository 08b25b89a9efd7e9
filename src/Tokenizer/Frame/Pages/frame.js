// The frame: one protected field on the vault's own origin, inside a page of the application. The page says which field, with which token, in
// which style. The value stays here.

import { Channel } from './channel.js';
import { DownloaderView } from './downloader.js';
import { EntryView } from './entry.js';
import { apply } from './style.js';
import { TextView } from './text.js';
import { UploaderView } from './uploader.js';
import { isToken, session } from './vault.js';
import { endsSession } from './view.js';

const views = new Map([
  ['text', (frame) => new TextView(frame)],
  ['input', EntryView.input],
  ['textarea', EntryView.textarea],
  ['uploader', (frame) => new UploaderView(frame)],
  ['downloader', (frame) => new DownloaderView(frame)],
]);

const channel = new Channel();
const frame = { tell: (kind, details) => channel.tell(kind, details), refuse };

let view = null;
let settings = null;
let isAdmitted = false;

// Counts what makes an answer that is still on its way one to another question.
let era = 0;

function hear(message) {
  if (message.kind === 'show') show(message);
  else if (message.kind === 'commit') view?.commit?.();
  else if (message.kind === 'reset') reset();
  else if (message.kind === 'focus') view?.focus();
}

/** The page says what it wants to be seen: all of it each time, so that no order of messages and no repetition makes a difference. */
function show(message) {
  settings = read(message);
  apply(settings.style);
  if (view) {
    meet(settings.mark);
    if (isAdmitted) present();
    return;
  }

  const make = views.get(settings.component);
  if (!make) return;
  channel.tell('here');
  session.mark = settings.mark;
  view = make(frame);
  view.setUsable(false);
  enter();
}

/** The form was reset: the next word of the page's counts, and what was typed does not. */
function reset() {
  view?.forget();
  view?.clear();
}

/** Only what has the right form counts. */
function read(message) {
  const text = (name, longest = 200) => (typeof message[name] === 'string' ? message[name].slice(0, longest) : '');
  const given = message.token ?? null;
  return {
    component: text('component'),
    token: isToken(given) ? given : null,
    isMalformed: given !== null && !isToken(given),
    mark: /^[\w-]{16,128}$/.test(text('mark')) ? text('mark') : null,
    label: text('label') || 'Protected field',
    type: text('type'),
    placeholder: text('placeholder'),
    accept: text('accept'),
    maxLength: Number.isInteger(message.maxLength) && message.maxLength > 0 ? message.maxLength : 0,
    disabled: message.disabled === true,
    readOnly: message.readOnly === true,
    required: message.required === true,
    style: typeof message.style === 'object' && message.style !== null ? message.style : {},
  };
}

// The fields of one page are one session's: the first that has one tells the page, and the page the others.
function meet(mark) {
  if (!mark) return;
  const own = session.mark;
  if (own === mark) return;
  session.mark = mark;
  era++;
  if (own) shutOut('session-hash-mismatch');
}

/** Asks whether there is a session, and whether it is still the one that this field belongs to. */
async function enter() {
  const began = era;
  try {
    await session.verify();
  } catch (fault) {
    // A vault that does not answer for a moment takes nothing away from somebody who is typing.
    if (!isAdmitted || endsSession(fault.reason)) shutOut(fault.reason ?? 'vault-unreachable');
    return;
  }

  if (began !== era) return enter();
  if (isAdmitted) return;
  isAdmitted = true;
  channel.tell('session', { mark: session.mark });
  view.setUsable(true);
  view.say('');
  present();
}

function present() {
  view.show(settings);
  view.name(settings.label);
  if (settings.isMalformed) refuse({ reason: 'token-malformed' });
}

function shutOut(reason) {
  era++;
  isAdmitted = false;
  view.setUsable(false);
  view.fail(reason);
  channel.tell('refused', { reason });
}

/** @param {{ reason?: string }} fault */
function refuse({ reason = 'field-failed' }) {
  if (endsSession(reason)) {
    shutOut(reason);
    return;
  }

  view.fail(reason);
  channel.tell('refused', { reason });
}

if (Channel.isPossible) {
  channel.listen(hear);
  session.watch(() => shutOut('session-hash-mismatch'));

  // Dropped on the page around us, dragged text would be the page's.
  document.addEventListener('dragstart', (event) => event.preventDefault());

  // Somebody may have signed out, or in as somebody else, while nobody looked here.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && view && enter());
  // Back from the browser's memory, where it was put with all that it showed.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    document.body.hidden = true;
    location.reload();
  });
  addEventListener('focus', () => {
    if (!view) return;
    enter();
    if (document.activeElement === document.body) view.focus();
  });
} else {
  document.body.textContent = 'This is a part of a page, and nothing by itself.';
}
