// Between node:http and the Functions library: requests in, responses out, as the Functions host would convert them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Cookie, HttpRequest, HttpResponse, type HttpResponseInit } from '@azure/functions';

export type ReadBody = { ok: true; bytes: Uint8Array } | { ok: false; reason: 'tooLarge' | 'lengthRequired' };

/** The whole body, which may hold `maxBodyBytes` at most. Rejects when the other side goes away. */
export async function readBody(incoming: IncomingMessage, maxBodyBytes: number): Promise<ReadBody> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers;
  if (encoding !== undefined) return { ok: false, reason: 'lengthRequired' };
  if (Number(length ?? 0) > maxBodyBytes) return { ok: false, reason: 'tooLarge' };
  // node:http reads no further than Content-Length says, so this cannot grow beyond the limit.
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { ok: true, bytes: Buffer.concat(chunks) };
}

/** The address as the caller wrote it, or undefined when it is none. */
export function requestUrl(incoming: IncomingMessage): URL | undefined {
  const { host } = incoming.headers;
  const target = incoming.url ?? '';
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host) || !target.startsWith('/')) return undefined;
  return URL.parse(`http://${host}${target}`) ?? undefined;
}

/** The request as a function receives it. */
export function toHttpRequest(
  incoming: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  bytes: Uint8Array,
): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const method = incoming.method ?? 'GET';
  const body = bytes.length === 0 ? {} : { body: { bytes } };
  return new HttpRequest({ method, url: url.href, headers, params, ...body });
}

/**
 * Sends what a function gave; without content for HEAD.
 *
 * @throws TypeError or RangeError for a response that cannot be sent, before anything was written
 */
export async function sendResponse(outgoing: ServerResponse, init: HttpResponseInit, method: string): Promise<void> {
  const response = new HttpResponse(init);
  const content = Buffer.from(await response.arrayBuffer());
  const cookies = response.cookies.map(serializeCookie);
  outgoing.statusCode = response.status;
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  });
  const given = response.headers.getSetCookie();
  if (given.length + cookies.length > 0) outgoing.setHeader('set-cookie', [...given, ...cookies]);
  const hasNoContent = response.status === 204 || response.status === 304;
  if (!hasNoContent) outgoing.setHeader('content-length', content.length);
  outgoing.end(method === 'HEAD' || hasNoContent ? undefined : content);
}

const cookieName = /^[!#$%&'*+.^_`|~\w-]+$/;
const attributeText = /^[\x20-\x3a\x3c-\x7e]*$/;

/** A Set-Cookie header. The value is percent-encoded, as the Functions host does it. @throws TypeError for a bad name or attribute */
export function serializeCookie(cookie: Cookie): string {
  const { name, value, domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie;
  if (!cookieName.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name for a cookie`);
  const parts = [`${name}=${encodeURIComponent(value)}`];
  if (maxAge !== undefined) parts.push(`Max-Age=${Math.floor(maxAge)}`);
  if (expires !== undefined) parts.push(`Expires=${new Date(expires).toUTCString()}`);
  if (domain !== undefined) parts.push(`Domain=${domain}`);
  if (path !== undefined) parts.push(`Path=${path}`);
  if (secure === true) parts.push('Secure');
  if (httpOnly === true) parts.push('HttpOnly');
  if (sameSite !== undefined) parts.push(`SameSite=${sameSite}`);
  if (!parts.every((part) => attributeText.test(part))) throw new TypeError(`Cookie ${name} has an unusable attribute`);
  return parts.join('; ');
}
