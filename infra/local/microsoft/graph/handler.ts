// The simulated Microsoft Graph v1.0: token, version and headers around single operations and batches.

import { randomUUID } from 'node:crypto';
import type { SimContext, SimHandler, SimRequest, SimResponse } from '../http.ts';
import { GRAPH_AUDIENCE, type TokenClaims, verifyAccessToken } from '../tokens.ts';
import type { Tenant } from '../world.ts';
import { runBatch } from './batch.ts';
import { GraphFailure } from './call.ts';
import { type Finished, failed, JSON_TYPE, type RequestIds, runOperation } from './respond.ts';

/** Makes the handler of the Graph origin. */
export function createGraphHandler(): SimHandler {
  return async (request, context) => {
    const requestId = randomUUID();
    const ids = { requestId, clientRequestId: request.headers['client-request-id'] ?? requestId };
    try {
      return toResponse(answer(request, context, ids), ids, context);
    } catch (error) {
      if (error instanceof GraphFailure) return toResponse(failed(error, ids, context.clock.now()), ids, context);
      throw error;
    }
  };
}

function answer(request: SimRequest, context: SimContext, ids: RequestIds): Finished {
  const token = authenticate(request, context);
  const tenant = requireTenant(token, context);
  const path = readPath(request);
  if (path.toLowerCase() === '/$batch') {
    if (request.method !== 'POST') throw new GraphFailure(405, 'Request_BadRequest', 'A batch must be posted.');
    const batch = runBatch({ token, tenant, context }, readJson(request), ids.clientRequestId);
    return { status: 200, headers: { 'Cache-Control': 'no-cache', 'Content-Type': JSON_TYPE }, body: batch };
  }
  const { method, query, headers } = request;
  const body = request.body.length > 0 ? readJson(request) : undefined;
  return runOperation({ method, path, parameters: [], query, headers, body, token, tenant, context }, ids);
}

/** @throws GraphFailure 401 InvalidAuthenticationToken */
function authenticate(request: SimRequest, context: SimContext): TokenClaims {
  const verified = verifyAccessToken(context, request.headers['authorization'], GRAPH_AUDIENCE);
  if (!('problem' in verified)) return verified;
  const origin = context.origins.login;
  throw new GraphFailure(401, 'InvalidAuthenticationToken', verified.message, {
    'WWW-Authenticate': `Bearer realm="", authorization_uri="${origin}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
  });
}

function requireTenant(token: TokenClaims, context: SimContext): Tenant {
  const tenant = context.world.tenants.get(token.tenantId);
  if (!tenant || tenant.deleted) {
    throw new GraphFailure(
      403,
      'Authorization_IdentityNotFound',
      'The identity of the calling application could not be established.',
    );
  }
  return tenant;
}

/** The decoded path below `/v1.0`. */
function readPath(request: SimRequest): string {
  const match = /^\/([^/]+)(\/.*)?$/.exec(request.path);
  if (match?.[1]?.toLowerCase() !== 'v1.0') {
    throw new GraphFailure(400, 'BadRequest', `Invalid version: ${match?.[1] ?? ''}`);
  }
  try {
    return decodeURIComponent(match[2] ?? '/');
  } catch {
    throw new GraphFailure(400, 'BadRequest', 'The address is not well formed.');
  }
}

function readJson(request: SimRequest): unknown {
  try {
    return request.json();
  } catch {
    throw new GraphFailure(400, 'BadRequest', 'Unable to read JSON request payload.');
  }
}

function toResponse(finished: Finished, ids: RequestIds, context: SimContext): SimResponse {
  const headers = {
    ...finished.headers,
    Date: new Date(context.clock.now()).toUTCString(),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  if (finished.text !== undefined) return { status: finished.status, headers, body: finished.text };
  if (finished.body === undefined) return { status: finished.status, headers };
  return { status: finished.status, headers, body: JSON.stringify(finished.body) };
}
