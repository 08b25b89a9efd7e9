// The certified oidc-provider as a test's identity provider on loopback: code + PKCE, any name and password, RP-initiated and back-channel logout.
// Arguments: port, then the redirect URI, then the post-logout redirect URI, then where to tell of logouts, if anywhere.
import http from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.env.OIDC_PROVIDER_HOME + '/');
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const [port, redirectUri, postLogoutUri, backChannelUri] = process.argv.slice(2);
const scopes = ['openid', 'offline_access', 'email', 'profile', 'groups'];

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'authproxy',
    client_secret: 'test-secret',
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [postLogoutUri],
    ...(backChannelUri ? { backchannel_logout_uri: backChannelUri, backchannel_logout_session_required: true } : {}),
    grant_types: ['authorization_code', 'refresh_token'],
  }],
  scopes,
  claims: { email: ['email'], profile: ['name', 'preferred_username'], groups: ['groups'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, name: `Zoë ${id}`, preferred_username: id, groups: ['customers'] }),
  }),
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true } },

  // Its own way out refuses loopback.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  pkce: { required: () => true },
  loadExistingGrant: async (context) => {
    const grant = new provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope(scopes.join(' '));
    await grant.save();
    return grant;
  },
  cookies: { keys: ['for-tests-only'] },
});

http.createServer(provider.callback()).listen(Number(port), '127.0.0.1');

// A test that fails while it starts its other servers cannot end this one: it ends when whoever started it is gone.
process.stdin.on('end', () => process.exit(0)).resume();
