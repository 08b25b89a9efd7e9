// The certified oidc-provider as a test's identity provider on loopback: code + PKCE, any name and password, RP-initiated and back-channel logout.
// Refresh tokens are rotated, and one that is shown twice takes the whole grant with it.
// Arguments: port, then the redirect URI, then the post-logout redirect URI, then where to tell of logouts, if anywhere.
// ACCESS_TOKEN_TTL: how many seconds an access token lives.
// OIDC_PROVIDER_CLIENT: more of the client's metadata, as JSON.
// A login reaches the first of the acr_values that were asked for, bronze where none was; who has another acr logs in again.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.OIDC_PROVIDER_HOME + '/');
const { Provider, interactionPolicy } = await import(pathToFileURL(require.resolve('oidc-provider')));
const [port, redirectUri, postLogoutUri, backChannelUri] = process.argv.slice(2);
const scopes = ['openid', 'offline_access', 'email', 'profile', 'groups'];

const policy = interactionPolicy.base();
policy.get('login').checks.add(new interactionPolicy.Check('acr_values', 'Another way of signing in is required', (context) => {
  const wanted = context.oidc.params.acr_values?.split(' ');
  return wanted && !wanted.includes(context.oidc.session.acr) ? interactionPolicy.Check.REQUEST_PROMPT : interactionPolicy.Check.NO_NEED_TO_PROMPT;
}));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'authproxy',
    client_secret: 'test-secret',
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [postLogoutUri],
    ...(backChannelUri ? { backchannel_logout_uri: backChannelUri, backchannel_logout_session_required: true } : {}),
    grant_types: ['authorization_code', 'refresh_token'],
    ...JSON.parse(process.env.OIDC_PROVIDER_CLIENT ?? '{}'),
  }],
  scopes,
  acrValues: ['bronze', 'gold'],
  claims: { openid: ['sub', 'acr', 'auth_time'], email: ['email'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, name: `Zoë ${id}`, preferred_username: id, groups: ['customers'] }),
  }),
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
  },
  interactions: { policy },

  // Its own way out refuses loopback.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  pkce: { required: () => true },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: { AccessToken: Number(process.env.ACCESS_TOKEN_TTL ?? 3600), IdToken: 3600, Grant: 86400, Interaction: 3600, RefreshToken: 86400, Session: 86400 },
  loadExistingGrant: async (context) => {
    const grant = new provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope(scopes.join(' '));
    await grant.save();
    return grant;
  },
  cookies: { keys: ['for-tests-only'] },
});

const finish = provider.interactionFinished.bind(provider);
provider.interactionFinished = async (request, response, result, options) => {
  const { params } = await provider.interactionDetails(request, response);
  if (result.login) {
    result.login.acr = params.acr_values?.split(' ')[0] ?? 'bronze';
  }

  return finish(request, response, result, options);
};

// What a test makes of the token endpoint: how many milliseconds it takes before and after it acts, or which error it answers; and what became of refreshes.
const knobs = { before: 0, after: 0, status: 0, error: '' };
const refreshes = { asked: 0, succeeded: 0, refused: 0 };
const isRefresh = (context) => context.oidc?.params?.grant_type === 'refresh_token';
provider.on('grant.success', (context) => { refreshes.succeeded += isRefresh(context) ? 1 : 0; });
provider.on('grant.error', (context) => { refreshes.refused += isRefresh(context) ? 1 : 0; });
provider.use(async (context, next) => {
  if (context.path !== '/token') return next();
  refreshes.asked++;
  await pause(knobs.before);
  if (context.req.socket.destroyed) return undefined;
  if (knobs.status) {
    context.status = knobs.status;
    context.body = { error: knobs.error };
    return undefined;
  }
  await next();
  return pause(knobs.after);
});

const answer = provider.callback();
http.createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (url.pathname !== '/test/refreshes') return answer(request, response);
  for (const [name, value] of url.searchParams) knobs[name] = name === 'error' ? value : Number(value);
  if (url.searchParams.size > 0) Object.assign(refreshes, { asked: 0, succeeded: 0, refused: 0 });
  response.setHeader('Content-Type', 'application/json');
  return response.end(JSON.stringify(refreshes));
}).listen(Number(port), '127.0.0.1');

// A test that fails while it starts its other servers cannot end this one: it ends when whoever started it is gone.
process.stdin.on('end', () => process.exit(0)).resume();
