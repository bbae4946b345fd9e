// An OpenID provider that is not ours: node-oidc-provider, with people for tests. Prints "ready" when it listens, and each
// access token of a person as "token PERSON TOKEN". Signs with another key at every start.
//   node server.mjs PORT CERTIFICATE KEY REDIRECT_URI
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import Provider from "oidc-provider";

const [port, certificate, key, redirect] = process.argv.slice(2);
const issuer = `https://localhost:${port}`;

/** What each may do; whoever is not here may do nothing. */
const ROLES = { ann: ["cc-admins"], vic: ["cc-staff"], eve: [] };

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const signs = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };

const provider = new Provider(issuer, {
  jwks: { keys: [signs] },
  clients: [
    {
      client_id: "pulse_client",
      client_secret: "a-secret-of-the-tests",
      redirect_uris: [redirect],
      grant_types: ["authorization_code", "client_credentials"],
    },
  ],
  pkce: { required: () => true },
  features: { introspection: { enabled: true }, clientCredentials: { enabled: true }, revocation: { enabled: true } },
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], profile: ["name", "roles"] },
  scopes: ["openid", "profile", "configuration"],
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id.charAt(0).toUpperCase() + id.slice(1), roles: ROLES[id] ?? [] }),
  }),
  extraTokenClaims: (_, token) => (token.accountId === undefined ? {} : { roles: ROLES[token.accountId] ?? [] }),
  cookies: { keys: ["only-for-tests"] },
  ttl: { AccessToken: 600, ClientCredentials: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

// An opaque token is the name under which it is kept.
provider.on("access_token.saved", ({ accountId, jti }) => console.log(`token ${accountId} ${jti}`));

createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, provider.callback()).listen(Number(port), "127.0.0.1", () => {
  console.log("ready");
});
