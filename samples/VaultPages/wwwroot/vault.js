// The Tokenizer's two flows, on this page's own origin. A value is only ever here and in the Tokenizer.
const tokenShape = /^lunasec-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isToken = (text) => tokenShape.test(text);

export async function tokenize(value) {
  const { tokenId, uploadUrl, headers } = await call('/tokenize', { metadata: { dataType: 'string' } });
  const answer = await fetch(ownAddress(uploadUrl), {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'text/plain' },
    body: value,
  });
  if (!answer.ok) throw await fault(answer);
  return tokenId;
}

export async function detokenize(tokenId) {
  const { downloadUrl, headers } = await call('/detokenize', { tokenId });
  const answer = await fetch(ownAddress(downloadUrl), { headers, cache: 'no-store' });
  if (!answer.ok) throw await fault(answer);
  return answer.text();
}

async function call(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw await fault(answer);
  return (await answer.json()).data;
}

// An address elsewhere would carry the value out of the vault.
function ownAddress(address) {
  const url = new URL(address, location.origin);
  if (url.origin !== location.origin) throw new Error('The Tokenizer named an address outside the vault.');
  return url;
}

// The Tokenizer answers with {error:{name}}, the Proxy in front of it with problem details.
async function fault(answer) {
  const said = await answer.json().catch(() => ({}));
  const reason = said.error?.name ?? said.type?.split(':').pop() ?? `status ${answer.status}`;
  return new Error(`Refused: ${reason}`);
}
