// The headers that every answer carries.
import type { HttpResponseInit } from '@azure/functions';
import type { Config } from '../../shared/config.ts';

export const CORRELATION_HEADER = 'x-correlation-id';

/** The answer with the security headers, without replacing what the handler set itself. */
export function addHeaders(
  response: HttpResponseInit,
  config: Pick<Config, 'publicUrl' | 'microsoft'>,
  correlationId: string,
): HttpResponseInit {
  const headers = new Headers(securityHeaders(config));
  headers.set(CORRELATION_HEADER, correlationId);
  headersOf(response).forEach((value, name) => {
    headers.set(name, value);
  });
  return { ...response, headers: Object.fromEntries(headers) };
}

function headersOf(response: HttpResponseInit): Headers {
  return response.headers instanceof Headers ? response.headers : new Headers(response.headers);
}

function securityHeaders({ publicUrl, microsoft }: Pick<Config, 'publicUrl' | 'microsoft'>): Record<string, string> {
  // Browsers check form-action against redirects too, and our forms lead on to Microsoft's sign-in.
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    `form-action 'self' ${new URL(microsoft.loginOrigin).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cache-control': 'no-store',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}
