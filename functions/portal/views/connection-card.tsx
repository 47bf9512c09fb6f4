// One connection as a card: does it work, what is it doing, and what can be done with it (SY-21, SY-38, MP-03).
import type { AccountRolesDoc } from '../../../shared/connections/account-roles.ts';
import type { ConnectionDoc, DiscoveryDoc } from '../../../shared/connections/documents.ts';
import type { RemovalDoc } from '../../../shared/connections/removal/documents.ts';
import { explainCheck, failedChecks, reasonOfCheck } from '../../../shared/connections/standing-checks.ts';
import { guideForReason } from '../../../shared/setup/prerequisites.ts';
import { type CheckAgain, Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer } from '../parts/layout.tsx';
import { MenuButton, RowMenuFrame } from '../parts/menus.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { connectionWords, count, kindWords, plural } from '../parts/words.ts';
import { StepDownNote } from './step-down.tsx';

export interface ConnectionCard {
  connection: ConnectionDoc;
  discovery: DiscoveryDoc | undefined;
  /** Of this connection; set while it is being removed. */
  removal: RemovalDoc | undefined;
  /** The roles of its service account, once they were read. */
  account?: AccountRolesDoc | undefined;
  /** How many customers came by it. */
  customers: number;
}

export const isReading = (discovery: DiscoveryDoc | undefined): boolean =>
  discovery?.status === 'queued' || discovery?.status === 'running';

/** Reauthorize is named after what it is for. */
export const reauthorizeWord = (kind: ConnectionDoc['kind']): string =>
  kind === 'microsoft_csp' ? 'Reauthorize CSP' : 'Reauthorize';
export const removeWord = (kind: ConnectionDoc['kind']): string =>
  kind === 'microsoft_csp' ? 'Remove CSP integration…' : 'Remove integration…';

/** @param here on the connection's own page, where its name leads nowhere */
export function Card({
  card,
  viewer,
  nowMs,
  here = false,
}: {
  card: ConnectionCard;
  viewer: Viewer;
  nowMs: number;
  here?: boolean;
}) {
  const { connection, discovery, removal, customers } = card;
  const check = {
    path: `/connections/${connection.connectionId}/check`,
    csrfToken: viewer.csrfToken,
    about: `whether ${connection.name} works`,
  };
  const removing = connection.state === 'Removing';
  // Signed in, but of no use while its customers cannot be read.
  const failing = connection.state === 'Connected' && discovery?.status === 'failed';
  const state = connectionWords[failing ? 'Error' : connection.state];
  const many = connection.kind === 'microsoft_csp' && customers > 0;
  return (
    <section class="card" aria-label={connection.name} data-connection={connection.state}>
      <div class="split">
        <div>
          <p class="title">
            {here ? null : (
              <>
                <strong>
                  <a href={`/connections/${connection.connectionId}`}>{connection.name}</a>
                </strong>{' '}
              </>
            )}
            <span class="quiet">
              {kindWords(connection.kind)}
              {many ? `, with ${plural(customers, 'tenant')}` : ''}
            </span>
          </p>
          <Status tone={state.tone} word={state.word} />{' '}
          <span class="quiet">
            {connection.kind === 'microsoft_csp' ? (
              <>
                last synced <Age at={discovery?.lastSuccessAt} nowMs={nowMs} />
              </>
            ) : null}
            {connection.domain ? `${connection.kind === 'microsoft_csp' ? ' · ' : ''}${connection.domain}` : ''}
          </span>
        </div>
        <CardActions connection={connection} viewer={viewer} />
      </div>
      <Explained
        explanation={connection.state === 'Connected' || removing ? null : connection.explanation}
        {...(connection.state === 'ReauthRequired' ? { check } : {})}
        {...(connection.reason ? { action: guideForReason(connection.reason) } : {})}
      />
      <FailedChecks connection={connection} check={check} />
      <StepDownNote connection={connection} account={card.account} nowMs={nowMs} />
      {removing ? <Removing removal={removal} viewer={viewer} /> : null}
      {connection.state === 'Connected' ? <Discovery discovery={discovery} check={check} /> : null}
    </section>
  );
}

const broken = new Set<ConnectionDoc['state']>(['AuthFailed', 'ReauthRequired', 'Error']);

/** Anybody may have customers read again; signing in again is an Admin's. */
function CardActions({ connection, viewer }: { connection: ConnectionDoc; viewer: Viewer }) {
  const { connectionId, state, kind } = connection;
  if (state === 'Removing') return null;
  // Where whoever runs Tenantry has to act, signing in again is not what mends it.
  const byApp = broken.has(state) && mendedByApp(connection);
  const mend = broken.has(state) && !byApp && connection.explanation?.whoActs !== 'tenantry';
  const again = state === 'NotConnected' && kind === 'microsoft_csp';
  const isAdmin = viewer.role === 'Admin';
  return (
    <div class="actions">
      {state === 'Connected' && kind === 'microsoft_csp' ? (
        <form class="inline" method="post" action={`/connections/${connectionId}/refresh`}>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit">Refresh</button>
        </form>
      ) : null}
      {isAdmin && again ? <ConnectAgain connection={connection} /> : null}
      {isAdmin && byApp ? (
        <a class="button primary" href={`/connections/${connectionId}/app#registration`}>
          App registration
        </a>
      ) : null}
      {isAdmin && !again ? (
        <form class="inline" method="post" action={`/connections/${connectionId}/reauthorize`}>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit" class={mend ? 'primary' : undefined}>
            {reauthorizeWord(kind)}
          </button>
        </form>
      ) : null}
      <RowMenuFrame about={connection.name}>
        <a href={`/connections/${connectionId}`}>Open</a>
        {isAdmin ? <CardMenu connection={connection} csrfToken={viewer.csrfToken} /> : null}
      </RowMenuFrame>
    </div>
  );
}

/** What is wrong with an own app is mended where it was entered, not by another sign-in. */
function mendedByApp({ app, reason }: ConnectionDoc): boolean {
  return app.kind === 'own' && (reason === 'client_secret_expired' || reason === 'wrong_app');
}

function ConnectAgain({ connection }: { connection: ConnectionDoc }) {
  const own = connection.app.kind === 'own';
  return (
    <a class="button primary" href={own ? `/connections/${connection.connectionId}/app` : '/connect'}>
      {own ? 'Finish connecting' : 'Connect your partner tenant'}
    </a>
  );
}

/** What an Admin may do with a connection: SY-38. */
function CardMenu({ connection, csrfToken }: { connection: ConnectionDoc; csrfToken: string }) {
  const { connectionId, kind, app } = connection;
  return (
    <>
      {app.kind === 'own' ? <a href={`/connections/${connectionId}/app`}>App registration</a> : null}
      <MenuButton
        word={reauthorizeWord(kind)}
        path={`/connections/${connectionId}/reauthorize`}
        csrfToken={csrfToken}
      />
      <a href={`/connections/${connectionId}/remove`} class="danger">
        {removeWord(kind)}
      </a>
    </>
  );
}

function Removing({ removal, viewer }: { removal: RemovalDoc | undefined; viewer: Viewer }) {
  if (!removal) return null;
  return (
    <>
      <progress
        class="progress"
        aria-label="Customers removed"
        max={String(Math.max(1, removal.total))}
        value={String(removal.done)}
      />
      <p class="quiet aside">
        {count(removal.done)} of {plural(removal.total, 'customer')} removed. Nothing can be connected in its place
        until it is done.{' '}
        {viewer.role === 'Admin' ? <a href={`/connections/${removal.connectionId}/remove`}>Details</a> : null}
      </p>
    </>
  );
}

/** What a test of a connection that stands found wrong; gone when the next test finds it mended. */
function FailedChecks({ connection, check }: { connection: ConnectionDoc; check: CheckAgain }) {
  if (connection.state !== 'Connected') return null;
  const [failed] = failedChecks(connection);
  if (!failed) return null;
  return (
    <Explained
      explanation={explainCheck(failed)}
      heading="The test of the connection failed."
      action={guideForReason(reasonOfCheck(failed))}
      check={check}
    />
  );
}

function Discovery({ discovery, check }: { discovery: DiscoveryDoc | undefined; check: CheckAgain }) {
  if (!discovery) return null;
  if (discovery.status === 'failed')
    return <Explained explanation={discovery.explanation} heading="Customers could not be read." check={check} />;
  if (isReading(discovery)) {
    if (discovery.total === 0) return null;
    return (
      <progress
        class="progress"
        aria-label="Admin relationships read"
        max={String(discovery.total)}
        value={String(discovery.done)}
      />
    );
  }
  const silent = discovery.sources.filter(({ ok }) => !ok);
  return (
    <>
      {silent.length > 0 ? (
        <p class="quiet aside">
          {silent.map(({ source, detail }) => `${sourceWords[source]} did not answer: ${detail}`).join(' ')}
        </p>
      ) : null}
      <LeftAlone discovery={discovery} />
    </>
  );
}

/** Customers that Microsoft names under this partner and that another connection holds: SY-13. */
function LeftAlone({ discovery: { leftAlone } }: { discovery: DiscoveryDoc }) {
  const [first] = leftAlone;
  if (!first) return null;
  const names = leftAlone.slice(0, SHOWN).map(({ name }) => name);
  const more = leftAlone.length > SHOWN ? ` and ${count(leftAlone.length - SHOWN)} more` : '';
  return (
    <p class="quiet aside">
      {leftAlone.length === 1
        ? `${first.name} has a connection of its own and was left to it.`
        : `${names.join(', ')}${more} have connections of their own and were left to them.`}
    </p>
  );
}

const SHOWN = 10;
const sourceWords = { gdap: 'GDAP', contracts: 'Reseller contracts', partnerCenter: 'Partner Center' } as const;
