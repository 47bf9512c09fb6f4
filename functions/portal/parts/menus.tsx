// Menus: a summary that opens a list of links and buttons, by mouse and by keyboard, without script too.
import type { Child } from 'hono/jsx';
import { CsrfField } from './layout.tsx';

/** The three dots of a row or card. `about` says whose actions they are. */
export function RowMenuFrame({ about, children }: { about: string; children: Child }) {
  return (
    <details class="menu">
      <summary aria-label={`Actions for ${about}`}>⋯</summary>
      <div>{children}</div>
    </details>
  );
}

/** One choice that changes something. */
export function MenuButton({ word, path, csrfToken }: { word: string; path: string; csrfToken: string }) {
  return (
    <form method="post" action={path}>
      <CsrfField token={csrfToken} />
      <button type="submit">{word}</button>
    </form>
  );
}

/** A choice that is planned: it says so, and cannot be chosen. */
export function NotYet({ word }: { word: string }) {
  return (
    <span class="off">
      {word} <span class="note">not yet available</span>
    </span>
  );
}

/** How a new connection is made, and how all of them are removed: SY-10, SY-43. For an Admin. */
export function ConnectMenu({ hasConnections }: { hasConnections: boolean }) {
  return (
    <details class="menu button-menu">
      <summary class="button primary">
        Connect <span aria-hidden="true">▾</span>
      </summary>
      <div>
        <a href="/connect">Cloud Solution Provider (CSP) tenants</a>
        <a href="/connect/own-app">CSP tenants with your own app registration</a>
        <a href="/connect/single">Single tenant</a>
        {hasConnections ? (
          <a href="/connections/remove-all" class="danger">
            Remove all integrations…
          </a>
        ) : null}
      </div>
    </details>
  );
}
