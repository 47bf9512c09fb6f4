// Cookies with the `__Host-` prefix: this host only, path /, Secure. Browsers take http on loopback as secure enough for
// them (tried with Chromium on http://127.0.0.1). https://developer.mozilla.org/docs/Web/HTTP/Headers/Set-Cookie#cookie_prefixes

export interface HostCookie {
  name: string;
  value: string;
  path: '/';
  secure: true;
  httpOnly: true;
  /** Lax, because Microsoft's redirect back to us is a navigation from another site that must carry them. */
  sameSite: 'Lax';
  /** Seconds. */
  maxAge?: number;
}

export const SESSION_COOKIE = '__Host-tenantry';
export const FLOW_COOKIE = '__Host-tenantry-flow';

/** A cookie to set; without `maxAgeSeconds` it ends with the browser. */
export function hostCookie(name: string, value: string, maxAgeSeconds?: number): HostCookie {
  const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;
  return { name, value, ...attributes, ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }) };
}

export function expiredCookie(name: string): HostCookie {
  return hostCookie(name, '', 0);
}

/** The value of a cookie in a `Cookie` header. Where a name comes twice somebody meddles: it counts as absent. */
export function readCookie(header: string | null, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}
