// The frame of every page: a technician's pages with navigation, and the roomy page that a customer reads.
import type { Child } from 'hono/jsx';

export type Place =
  | 'home'
  | 'setup'
  | 'connections'
  | 'consents'
  | 'contacts'
  | 'renewals'
  | 'members'
  | 'settings'
  | 'help';

export interface Viewer {
  name: string;
  username: string;
  role: 'Admin' | 'Reader';
  workspaceName: string;
  csrfToken: string;
}

const places: readonly { place: Place; href: string; word: string }[] = [
  { place: 'home', href: '/', word: 'Home' },
  { place: 'setup', href: '/setup', word: 'Setup' },
  { place: 'connections', href: '/connections', word: 'Connections' },
  { place: 'consents', href: '/consents', word: 'Consent' },
  { place: 'contacts', href: '/contacts', word: 'Contacts' },
  { place: 'renewals', href: '/renewals', word: 'Renewals' },
  { place: 'members', href: '/members', word: 'Members' },
  { place: 'settings', href: '/settings', word: 'Settings' },
  { place: 'help', href: '/help', word: 'Help' },
];

/** A whole HTML document as text. Everything that is put in is escaped by the renderer. */
export function htmlDocument(title: string, body: Child): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} – Tenantry`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/tenantry.css" />
        <script src="/assets/tenantry.js" defer />
      </head>
      <body>{body}</body>
    </html>
  );
  return `<!DOCTYPE html>${page.toString()}`;
}

/** A page for people of the MSP. */
export function workPage(page: { title: string; place: Place; viewer: Viewer; children: Child }): string {
  const { viewer } = page;
  return htmlDocument(
    page.title,
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <div class="shell">
        <nav aria-label="Main">
          <a class="brand" href="/">
            Tenantry
          </a>
          {places.map(({ place, href, word }) => (
            <a class="item" href={href} aria-current={place === page.place ? 'page' : undefined}>
              {word}
            </a>
          ))}
          <div class="who">
            <div>
              <strong>{viewer.workspaceName}</strong>
              <br />
              <span class="quiet">
                {viewer.name} · {viewer.role}
              </span>
            </div>
            <form method="post" action="/sign-out">
              <CsrfField token={viewer.csrfToken} />
              <button type="submit" class="plain">
                Sign out
              </button>
            </form>
          </div>
        </nav>
        <main id="content">{page.children}</main>
      </div>
    </>,
  );
}

/** A page for one reader with one thing to do: a customer's administrator, or somebody not signed in. */
export function roomyPage(page: { title: string; children: Child }): string {
  return htmlDocument(
    page.title,
    <main class="roomy" id="content">
      <span class="brand">Tenantry</span>
      {page.children}
    </main>,
  );
}

/** Every form of a signed-in person carries this. */
export function CsrfField({ token }: { token: string }) {
  return <input type="hidden" name="csrf" value={token} />;
}
