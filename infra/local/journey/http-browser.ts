// A browser over plain HTTP, for the journey that `npm start` walks and for tests: cookies with SameSite, redirects, forms
// with the headers that Chromium sends. It runs no script and goes to no other origins than those it was given.
import { type HTMLElement, parse } from 'node-html-parser';
import { CookieJar } from 'tough-cookie';

export interface Page {
  url: URL;
  status: number;
  headers: Headers;
  text: string;
  /** Null for anything but HTML. */
  document: HTMLElement | null;
  /** Every address on the way here, this one last. */
  trail: readonly URL[];
}

export interface Visit {
  /** Stops before an address that it takes; that page has the redirect's status and `location`. */
  stopBefore?: (url: URL) => boolean;
}

export interface HttpBrowser {
  /** The newest page. @throws Error before the first */
  page(): Page;
  /** Opens an address as if typed. */
  get(url: string | URL, visit?: Visit): Promise<Page>;
  /**
   * Submits a form of the newest page, by CSS selector, with its own fields, changed by `fields`; a button that is
   * pressed is one of those.
   * @throws Error when there is no such form
   */
  submit(form: string, fields?: Readonly<Record<string, string>>, visit?: Visit): Promise<Page>;
  /** Posts a form that no page shows, as if one at the same origin did. */
  post(url: string | URL, fields: Readonly<Record<string, string>>, visit?: Visit): Promise<Page>;
  /** A request of a script of ours; follows no redirect. */
  fetch(
    method: string,
    url: string | URL,
    options?: { json?: unknown; headers?: Record<string, string> },
  ): Promise<Page>;
  jar: CookieJar;
}

export interface BrowserOptions {
  /** Where it may go: `http://127.0.0.1:7071`. */
  origins: readonly string[];
  fetch?: typeof globalThis.fetch;
}

const MOST_REDIRECTS = 20;

interface Request {
  method: string;
  url: URL;
  body: string | null;
  contentType: string | null;
  /** Of the page that leads there; null for a typed address. */
  from: URL | null;
  referrerPolicy: string;
  /** Script, not navigation. */
  isFetch: boolean;
  extra: Readonly<Record<string, string>>;
}

/** A new browser with no cookies. */
export function openBrowser({ origins, fetch = globalThis.fetch }: BrowserOptions): HttpBrowser {
  const allowed = new Set(origins.map((origin) => new URL(origin).origin));
  const jar = new CookieJar();
  let current: Page | undefined;
  const page = (): Page => {
    if (!current) throw new Error('The browser has no page yet.');
    return current;
  };
  const go = async (request: Request, visit: Visit = {}): Promise<Page> => {
    const reached = await follow({ request, visit, jar, allowed, fetch });
    if (!request.isFetch) current = reached;
    return reached;
  };
  const navigation = { contentType: null, body: null, isFetch: false, extra: {}, referrerPolicy: '' };
  const post = (url: URL, fields: URLSearchParams, from: URL, visit: Visit | undefined): Promise<Page> => {
    const body = { body: fields.toString(), contentType: 'application/x-www-form-urlencoded' };
    const referrerPolicy = current?.headers.get('referrer-policy') ?? '';
    return go({ ...navigation, ...body, method: 'POST', url, from, referrerPolicy }, visit);
  };

  return {
    page,
    jar,
    get: (url, visit) => go({ ...navigation, method: 'GET', url: resolve(url, current), from: null }, visit),
    submit: async (selector, fields = {}, visit) => {
      const { url, document } = page();
      const form = document?.querySelector(selector);
      if (!form) throw new Error(`There is no form ${selector} at ${url.href} (${page().status}).`);
      const values = formFields(form, fields);
      const target = new URL(form.getAttribute('action') || url.href, url);
      if (form.getAttribute('method')?.toLowerCase() === 'post') return post(target, values, url, visit);
      target.search = values.toString();
      return go({ ...navigation, method: 'GET', url: target, from: url }, visit);
    },
    post: (url, fields, visit) => {
      const target = resolve(url, current);
      return post(target, new URLSearchParams(fields), new URL(target.origin), visit);
    },
    fetch: (method, url, { json, headers = {} } = {}) => {
      const target = resolve(url, current);
      const body = json === undefined ? null : JSON.stringify(json);
      const contentType = json === undefined ? null : 'application/json';
      const from = new URL(target.origin);
      const request = {
        method,
        url: target,
        body,
        contentType,
        from,
        extra: headers,
        referrerPolicy: '',
        isFetch: true,
      };
      return go(request, { stopBefore: () => true });
    },
  };
}

function resolve(url: string | URL, current: Page | undefined): URL {
  return new URL(url, current?.url);
}

interface Errand {
  request: Request;
  visit: Visit;
  jar: CookieJar;
  allowed: ReadonlySet<string>;
  fetch: typeof globalThis.fetch;
}

async function follow(errand: Errand): Promise<Page> {
  let { request } = errand;
  const trail: URL[] = [];
  let crossed = false;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    crossed ||= request.from !== null && site(request.from) !== site(request.url);
    trail.push(request.url);
    const response = await send(errand, request, crossed);
    const location = response.headers.get('location');
    if (!location || response.status < 300 || response.status > 399) return read(response, request.url, trail);
    const next = new URL(location, request.url);
    if (errand.visit.stopBefore?.(next)) return read(response, request.url, trail);
    await response.body?.cancel();
    const keepsMethod = response.status === 307 || response.status === 308 || request.method === 'GET';
    // A redirect keeps the site that began it: one through another site arrives as from there.
    const from = request.from === null ? null : crossed ? new URL('http://elsewhere.invalid') : request.from;
    request = keepsMethod
      ? { ...request, url: next, from }
      : { ...request, url: next, from, method: 'GET', body: null, contentType: null };
  }
  throw new Error(`More than ${MOST_REDIRECTS} redirects: ${trail.map(({ href }) => href).join(' ')}`);
}

async function send({ jar, allowed, fetch }: Errand, request: Request, crossed: boolean): Promise<Response> {
  const { url, method } = request;
  if (!allowed.has(url.origin)) throw new Error(`The browser may not go to ${url.origin}.`);
  // Lax cookies come along to another site's link or redirect, but not with its forms.
  const sameSiteContext = crossed ? (method === 'GET' ? 'lax' : 'none') : 'strict';
  const cookie = await jar.getCookieString(url.href, { sameSiteContext });
  const response = await fetch(url, {
    method,
    headers: { ...browserHeaders(request, crossed), ...(cookie ? { cookie } : {}), ...request.extra },
    redirect: 'manual',
    ...(request.body === null ? {} : { body: request.body }),
  });
  for (const header of response.headers.getSetCookie()) await jar.setCookie(header, url.href, { sameSiteContext });
  return response;
}

/** https://w3c.github.io/webappsec-fetch-metadata/ and https://fetch.spec.whatwg.org/#append-a-request-origin-header */
function browserHeaders({ method, from, contentType, referrerPolicy, isFetch, url }: Request, crossed: boolean) {
  const same = from?.origin === url.origin ? 'same-origin' : 'same-site';
  const site = from === null ? 'none' : crossed ? 'cross-site' : same;
  const changes = method !== 'GET' && method !== 'HEAD';
  const origin = referrerPolicy === 'no-referrer' ? 'null' : (from?.origin ?? 'null');
  return {
    accept: isFetch ? 'application/json' : 'text/html,application/xhtml+xml,*/*;q=0.8',
    'sec-fetch-site': site,
    'sec-fetch-mode': isFetch ? 'cors' : 'navigate',
    'sec-fetch-dest': isFetch ? 'empty' : 'document',
    ...(changes && from !== null ? { origin: crossed ? 'null' : origin } : {}),
    ...(contentType ? { 'content-type': contentType } : {}),
  };
}

/** Ports do not make a site; hosts do. */
function site({ protocol, hostname }: URL): string {
  return `${protocol}//${hostname}`;
}

async function read(response: Response, url: URL, trail: readonly URL[]): Promise<Page> {
  const text = await response.text();
  const isHtml = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  return {
    url,
    status: response.status,
    headers: response.headers,
    text,
    document: isHtml ? parse(text) : null,
    trail,
  };
}

function formFields(form: HTMLElement, changes: Readonly<Record<string, string>>): URLSearchParams {
  const fields = new URLSearchParams();
  for (const field of form.querySelectorAll('input, select, textarea')) {
    const name = field.getAttribute('name');
    const value = name ? fieldValue(field) : null;
    if (name && value !== null && !(name in changes)) fields.append(name, value);
  }
  for (const [name, value] of Object.entries(changes)) fields.append(name, value);
  return fields;
}

function fieldValue(field: HTMLElement): string | null {
  if (field.hasAttribute('disabled')) return null;
  const tag = field.tagName.toLowerCase();
  if (tag === 'textarea') return field.textContent;
  if (tag === 'select') {
    const options = field.querySelectorAll('option');
    const chosen = options.find((option) => option.hasAttribute('selected')) ?? options[0];
    return chosen ? (chosen.getAttribute('value') ?? chosen.textContent) : null;
  }
  const type = field.getAttribute('type')?.toLowerCase() ?? 'text';
  if (['submit', 'button', 'image', 'reset', 'file'].includes(type)) return null;
  if (type === 'checkbox' || type === 'radio') {
    return field.hasAttribute('checked') ? (field.getAttribute('value') ?? 'on') : null;
  }
  return field.getAttribute('value') ?? '';
}
