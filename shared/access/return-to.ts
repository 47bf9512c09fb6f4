// Where a sign-in may lead back to: pages of this portal, from a fixed list.

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const pages = [
  /^\/$/,
  /^\/(connections|connect|consents|automatic-consent|contacts|customers|help|members|renewals|settings|setup)$/,
  new RegExp(`^/(customers|connections|consents)/${guid}$`, 'i'),
];

/** The path (with its query) when it names a page of ours; `/` for anything else, other sites above all. */
export function safeReturnTo(raw: string | null | undefined): string {
  const origin = 'http://portal.invalid';
  if (!raw?.startsWith('/') || !URL.canParse(raw, origin)) return '/';
  // The URL parser is the browser's: it reads `//host` and `/\host` as other hosts, and drops tabs and newlines.
  const url = new URL(raw, origin);
  if (url.origin !== origin || !pages.some((page) => page.test(url.pathname))) return '/';
  return `${url.pathname}${url.search}`;
}
