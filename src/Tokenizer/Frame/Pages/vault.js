// The Tokenizer's flows for users, on the frame's own origin. A value is only ever here, in the frame and in the Tokenizer.

const tokenShape = /^lunasec-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const hashHeader = 'lunasec-session-hash';
const longestText = 1024 * 1024;

export const isToken = (text) => typeof text === 'string' && tokenShape.test(text);

/** Why something cannot be: a name of docs/refusals.md, or one of ours (docs/secure-frame.md). */
export class Refusal extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The session that this frame belongs to from its first answer on: what another one gets to see is not shown here. */
class Session {
  /** @type {string | null} An opaque mark that names the session and opens nothing. */
  mark = null;

  #others = new BroadcastChannel('authproxy-session');

  /** @param {() => void} otherSession Called when a frame in another tab is told that it is in another session. */
  watch(otherSession) {
    this.#others.onmessage = ({ data }) => {
      if (this.mark && typeof data === 'string' && data !== this.mark) otherSession();
    };
  }

  /** Asks whether there is a session, and whether it is still the same. */
  async verify() {
    await this.call('/session/verify', { method: 'GET' });
  }

  /** One call of the Tokenizer's, locked to the session; gives its data. */
  async call(path, { method = 'POST', body, signal } = {}) {
    const headers = {};
    if (body) headers['content-type'] = 'application/json';
    if (this.mark) headers[hashHeader] = this.mark;
    const answer = await request(path, { method, headers, signal, body: body && JSON.stringify(body) });
    const said = await answer.json();
    // Whether there is a session is answered with 200 either way.
    if (said.success !== true) throw new Refusal(reasonOf(said, answer));
    this.#remember(answer.headers.get(hashHeader));
    return said.data;
  }

  #remember(mark) {
    if (this.mark || !mark) return;
    this.mark = mark;
    this.#others.postMessage(mark);
  }
}

export const session = new Session();

/** Keeps a value, and gives the token that stands for it from now on. */
export async function keep(value, metadata, signal) {
  const { tokenId, uploadUrl, headers } = await session.call('/tokenize', { body: { metadata }, signal });
  await request(ownAddress(uploadUrl), {
    method: 'PUT',
    headers: { ...headers, 'content-type': typeof value === 'string' ? 'text/plain' : 'application/octet-stream' },
    body: value,
    signal,
  });
  return tokenId;
}

/** The address that gives a token's value, once. */
export async function addressOf(token, signal) {
  const { downloadUrl } = await session.call('/detokenize', { body: { tokenId: token }, signal });
  return ownAddress(downloadUrl);
}

/** A value as text. What is too long to be looked at, a page could only want shown to stop the browser. */
export async function read(token, signal) {
  const answer = await request(await addressOf(token, signal), { signal });
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for (const reader = answer.body.getReader(); ;) {
    const { done, value: part } = await reader.read();
    if (done) return text + decoder.decode();
    size += part.length;
    if (size > longestText) {
      await reader.cancel();
      throw new Refusal('value-too-long-to-show');
    }
    text += decoder.decode(part, { stream: true });
  }
}

/** What the token was made with; an empty object where that was nothing. */
export async function metadataOf(token, signal) {
  try {
    return (await session.call('/metadata/get', { body: { tokenId: token }, signal })).metadata;
  } catch (fault) {
    if (fault.reason === 'metadata-unknown') return {};
    throw fault;
  }
}

async function request(address, options) {
  let answer;
  try {
    answer = await fetch(address, { cache: 'no-store', redirect: 'error', ...options });
  } catch (fault) {
    // Given up by us: whoever did so knows why.
    if (fault.name === 'AbortError') throw fault;
    throw new Refusal('vault-unreachable');
  }
  if (!answer.ok) throw new Refusal(reasonOf(await answer.json().catch(() => ({})), answer));
  return answer;
}

// An address elsewhere would carry the value out of the vault.
function ownAddress(address) {
  const url = new URL(address, location.origin);
  if (url.origin !== location.origin) throw new Refusal('vault-unreachable');
  return url;
}

// The Tokenizer answers with {error:{name}}, the Proxy in front of it with problem details.
function reasonOf(said, answer) {
  const reason = said?.error?.name ?? said?.type?.split(':').pop();
  return typeof reason === 'string' && /^[a-z-]{1,60}$/.test(reason) ? reason : `status-${answer.status}`;
}
