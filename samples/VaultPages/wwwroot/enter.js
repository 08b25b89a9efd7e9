import { tokenize } from '/vault/vault.js';

const { embedder } = document.documentElement.dataset;
const input = document.getElementById('value');
const status = document.getElementById('status');

document.getElementById('entry').addEventListener('submit', async (event) => {
  event.preventDefault();
  status.classList.remove('fault');
  status.textContent = 'Protecting …';
  try {
    const tokenId = await tokenize(input.value);
    input.value = '';
    status.textContent = 'Protected.';
    // Only the token leaves, and only to the one origin that may embed this page.
    parent.postMessage({ kind: 'authproxy.token', tokenId }, embedder);
  } catch (error) {
    status.classList.add('fault');
    status.textContent = error.message;
  }
});
