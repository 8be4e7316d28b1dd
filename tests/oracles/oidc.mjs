// Real OpenID providers (oidc-provider) for the tests of single sign-on. One question a line, one answer a line, both JSON:
// { listen: { client, secret, redirect, accounts } } -> { issuer }: a provider on the loopback address for one client; accounts: { login: claims }.
// { accounts, issuer } -> {}: other accounts for it. Any password is right.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

// The provider warns on the channel on which we answer.
console.info = console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

const providers = new Map();

const listen = ({ client, secret, redirect, accounts }) => new Promise(resolve => {
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const issuer = `http://localhost:${server.address().port}`;
    const known = { accounts };
    const provider = new Provider(issuer, {
      clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
      findAccount: (_, id) => known.accounts[id] && { accountId: id, claims: () => ({ sub: id, ...known.accounts[id] }) },
      claims: { openid: ['sub'], auth_time: null, email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
      cookies: { keys: ['of the tests'] },
      features: { devInteractions: { enabled: true } },
      pkce: { required: () => true },
      // Nobody is asked whether we may know his address.
      loadExistingGrant: async ctx => {
        const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope('openid email profile groups');
        await grant.save();
        return grant;
      },
    });
    server.on('request', provider.callback());
    providers.set(issuer, known);
    resolve({ issuer });
  });
});

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.accounts) providers.get(question.issuer).accounts = question.accounts;
  process.stdout.write(JSON.stringify(question.listen ? await listen(question.listen) : {}) + '\n');
}
process.exit(0);
