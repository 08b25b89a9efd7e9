import { detokenize, isToken } from '/vault/vault.js';

const output = document.getElementById('value');

// The token comes in the fragment: fragments stay in the browser, out of every server's log.
async function reveal() {
  const token = location.hash.slice(1);
  output.classList.remove('fault');
  try {
    if (!isToken(token)) throw new Error('No token was given.');
    output.textContent = await detokenize(token);
  } catch (error) {
    output.classList.add('fault');
    output.textContent = error.message;
  }
}

addEventListener('hashchange', reveal);
await reveal();
