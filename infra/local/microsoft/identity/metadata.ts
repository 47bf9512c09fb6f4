// OpenID Connect metadata and signing keys. https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
import { jsonResponse, type SimContext, type SimResponse } from '../http.ts';
import { PERSONAL_TENANT_ID } from '../world.ts';
import { isSharedEndpoint, namedTenant } from './directory.ts';
import { AadstsFailure, tokenError } from './errors.ts';

/** `/{tenant}/v2.0/.well-known/openid-configuration`; the shared endpoints name the issuer with a literal `{tenantid}`. */
export function openIdConfiguration(context: SimContext, segment: string): SimResponse {
  const { login, graph } = context.origins;
  try {
    const shared = isSharedEndpoint(segment);
    const named = shared ? segment.toLowerCase() : namedTenant(context.world, segment).id;
    const issuerTenant = shared ? (named === 'consumers' ? PERSONAL_TENANT_ID : '{tenantid}') : named;
    const base = `${login}/${named}`;
    return jsonResponse(200, {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['plain', 'S256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: `${login}/${issuerTenant}/v2.0`,
      request_uri_parameter_supported: false,
      userinfo_endpoint: `${graph}/oidc/userinfo`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      claims_supported: 'sub,iss,aud,exp,iat,nonce,preferred_username,name,tid,ver,oid,email'.split(','),
      tenant_region_scope: null,
      cloud_instance_name: 'microsoftonline.com',
      msgraph_host: new URL(graph).host,
    });
  } catch (error) {
    if (error instanceof AadstsFailure) return tokenError(error, context.clock.now());
    throw error;
  }
}

/** `/{tenant}/discovery/v2.0/keys`: each key says whose tokens it signs in its `issuer`. */
export function signingKeys(context: SimContext): SimResponse {
  const keys = context.world.signingKeys.map(({ kid, publicJwk, use }) => ({
    ...publicJwk,
    use: 'sig',
    kid,
    issuer: `${context.origins.login}/${use === 'personal' ? PERSONAL_TENANT_ID : '{tenantid}'}/v2.0`,
  }));
  return jsonResponse(200, { keys });
}
