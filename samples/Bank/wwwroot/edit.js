// Stores the token that stands for what was typed. The value itself never comes here.
const form = document.getElementById('ssn');
const status = document.getElementById('status');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/api/profile/ssn', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  if (answer.ok) {
    location.assign('/profile');
    return;
  }

  const problem = await answer.json().catch(() => ({}));
  tell(`Not stored: ${problem.title ?? answer.status}`);
});

addEventListener('secure-error', ({ detail }) => tell(`Not protected: ${detail.reason}`));

function tell(fault) {
  status.className = 'fault';
  status.textContent = fault;
}
