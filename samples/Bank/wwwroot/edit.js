// Takes the token that the vault's frame made, and stores it. The value itself never comes here.
const frame = document.getElementById('vault');
const status = document.getElementById('status');

addEventListener('message', async (event) => {
  // Any page may send a message: only the vault, and only from the frame on this page, is heard.
  if (event.origin !== frame.dataset.vault || event.source !== frame.contentWindow) return;
  if (event.data?.kind !== 'authproxy.token') return;

  const answer = await fetch('/api/profile/ssn', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ssn_token: event.data.tokenId }),
  });
  if (answer.ok) {
    location.assign('/profile');
    return;
  }

  const problem = await answer.json().catch(() => ({}));
  status.className = 'fault';
  status.textContent = `Not stored: ${problem.title ?? answer.status}`;
});
