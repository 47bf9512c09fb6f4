// One customer: how it stands, what its tenant holds, how old that is, and what happened.
import { MINUTE_MS } from '../../../shared/clock.ts';
import type { AutomaticRow } from '../../../shared/consent/automatic/overview.ts';
import type { ConsentLink } from '../../../shared/consent/links.ts';
import type { GdapReport } from '../../../shared/customers/gdap-report.ts';
import type { Blocker } from '../../../shared/customers/readiness.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import type { Explanation } from '../../../shared/errors.ts';
import { NextStep } from '../parts/action.tsx';
import { Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Progress } from '../parts/progress.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { consentWords, dateTime, gdapReasonWords, gdapWords, syncWords } from '../parts/words.ts';
import { ConsentLinks } from './consent-links-view.tsx';
import { ConsentWay } from './consent-way.tsx';
import { Datasets, Events } from './datasets-view.tsx';
import type { DirectoryModel } from './directory-model.ts';
import { GdapCard } from './gdap-card.tsx';
import { Licences, Subscriptions } from './licences-view.tsx';
import { GuestAccount, Losses, Timeline, type TimelineModel } from './timeline-view.tsx';
import { Users } from './users-view.tsx';

export interface CustomerModel extends DirectoryModel, Pick<TimelineModel, 'timeline' | 'older'> {
  viewer: Viewer;
  row: CustomerRow;
  gdap: GdapReport;
  /** Why a form of the GDAP card was refused. */
  gdapProblem: Explanation | null;
  /** How the customer consents, and why starting that was refused. */
  way: AutomaticRow;
  wayProblem: Explanation | null;
  links: readonly ConsentLink[];
  notice: string | undefined;
}

/** The page as a document. */
export function customerView(model: CustomerModel): string {
  const { row, viewer } = model;
  const synced = Boolean(model.directory.state?.baselineAt);
  return workPage({
    title: row.name,
    place: 'connections',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <div>
            <h1>{row.name}</h1>
            {row.domain ? <span class="quiet">{row.domain}</span> : null}
          </div>
          <div class="actions" id="do" data-live>
            {row.readiness.ready ? <Press path="sync" word="Sync now" primary model={model} /> : null}
            {row.consent ? <Press path="consent/check" word="Check consent again" model={model} /> : null}
          </div>
        </div>
        <Notice code={model.notice} />
        <Progress words={progressWords(row)} address={`/customers/${row.tenantId}`} />
        <Standing model={model} />
        <GdapCard model={model} />
        <ConsentWay model={model} />
        <ConsentLinks model={model} />
        <Timeline model={{ ...model, tenantId: row.tenantId }} />
        <div id="directory" data-live>
          {synced ? (
            <>
              <Contents />
              <Licences model={model} />
              <Subscriptions model={model} />
              <Users model={model} />
            </>
          ) : (
            <div class="card quiet">
              Licences, subscriptions, users and what changes in them appear here after the first sync.
            </div>
          )}
          <Datasets model={model} />
          {synced ? <Events model={model} /> : null}
        </div>
      </>
    ),
  });
}

function progressWords({ sync, consent }: CustomerRow): string | undefined {
  if (sync?.status === 'Syncing') return 'Reading the tenant now.';
  if (consent?.status === 'ConsentPending' || consent?.status === 'InProgress')
    return 'Waiting for Microsoft to confirm the consent.';
  if (sync?.status === 'Pending')
    return sync.firstSyncedAt
      ? 'The next sync waits for Microsoft; nothing is to be done.'
      : 'Waiting for the first sync. It may take up to 48 hours; nothing is to be done.';
  return undefined;
}

function Contents() {
  const sections = { licences: 'Licences', subscriptions: 'Subscriptions', users: 'Users', datasets: 'Datasets' };
  return (
    <nav class="contents" aria-label="On this page">
      {Object.entries({ ...sections, events: 'What changed' }).map(([id, word]) => (
        <a href={`#${id}`}>{word}</a>
      ))}
    </nav>
  );
}

function Press({
  path,
  word,
  primary,
  model: { row, viewer },
}: {
  path: string;
  word: string;
  primary?: boolean;
  model: CustomerModel;
}) {
  return (
    <form class="inline" method="post" action={`/customers/${row.tenantId}/${path}`}>
      <CsrfField token={viewer.csrfToken} />
      <button type="submit" class={primary ? 'primary' : undefined}>
        {word}
      </button>
    </form>
  );
}

/** The one status with its next action, what stands in the way, what went wrong, and the facts. */
function Standing({ model }: { model: CustomerModel }) {
  const { row, viewer, nowMs } = model;
  const { csrfToken } = viewer;
  const path = `/customers/${row.tenantId}`;
  return (
    <div id="standing" data-live>
      <div class="standing">
        <Status tone={row.tone} word={row.word} />{' '}
        <NextStep
          action={row.action}
          tenantId={row.tenantId}
          connectionId={row.connectionId}
          customerName={row.name}
          csrfToken={viewer.csrfToken}
          mayChange={viewer.role === 'Admin'}
          here
        />
      </div>
      <Losses losses={row.losses} nowMs={nowMs} />
      <GuestAccount name={row.guestAccount} />
      <Blockers blockers={row.readiness.blockers} />
      <Explained
        explanation={row.gdapError}
        heading="The admin relationship could not be read."
        check={{ path: `${path}/gdap/check`, csrfToken, about: 'whether the admin relationship can be read' }}
      />
      <Explained
        explanation={consentProblem(row)}
        heading={consentHeading(row)}
        check={{ path: `${path}/consent/check`, csrfToken, about: 'whether consent works' }}
      />
      <Explained
        explanation={row.sync?.status === 'Paused' ? null : row.sync?.explanation}
        heading="The newest sync did not work."
        check={{ path: `${path}/sync/check`, csrfToken, about: 'whether the tenant can be read' }}
      />
      <Facts row={row} nowMs={nowMs} lateMs={2 * model.intervalMs} />
    </div>
  );
}

/** What Microsoft says of a consent that is still on its way is no error until it takes too long. */
function consentProblem({ consent, consentStuck }: CustomerRow): Explanation | null {
  const underWay = consent?.status === 'ConsentPending' || consent?.status === 'GrantingApplicationRoles';
  if (!consent || consent.status === 'Granted' || (underWay && !consentStuck)) return null;
  return consent.explanation;
}

function consentHeading({ consent, consentStuck }: CustomerRow): string {
  if (consentStuck) return 'What Microsoft answered last:';
  const worked = consent?.status === 'Revoked' || consent?.status === 'UpgradeNeeded';
  return worked ? 'Consent works no longer.' : 'Consent did not work.';
}

function Blockers({ blockers }: { blockers: readonly Blocker[] }) {
  if (blockers.length === 0) return null;
  return (
    <div class="banner soon">
      <p>
        <strong>
          Not ready: {blockers.length === 1 ? 'one thing is' : `${blockers.length} things are`} in the way.
        </strong>
      </p>
      <ol>
        {blockers.map(({ code, meaning, whatToDo }) => (
          <li data-blocker={code}>
            {meaning} {whatToDo}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Facts({ row, nowMs, lateMs }: { row: CustomerRow; nowMs: number; lateMs: number }) {
  const { gdap, consent } = row.readiness;
  return (
    <dl class="facts card">
      <dt>GDAP</dt>
      <dd>
        {gdap.status === 'NotApplicable' ? '–' : <Status {...gdapWords[gdap.status]} />}{' '}
        <span class="quiet">
          {gdap.reason ? gdapReasonWords[gdap.reason] : ''}
          {gdap.expiresAtMs !== null ? `ends ${dateTime(new Date(gdap.expiresAtMs).toISOString())}` : ''}
          {gdap.renewalRequested ? ' · renewal requested' : ''}
        </span>
      </dd>
      <dt>Consent</dt>
      <dd>
        <Status {...consentWords[consent]} /> <Evidence row={row} nowMs={nowMs} />
        <NextAttempt row={row} nowMs={nowMs} />
      </dd>
      <dt>Sync</dt>
      <dd>
        {row.sync ? <Status {...syncWords[row.sync.status]} /> : '–'}{' '}
        <span class="quiet">
          last sync <Age at={row.lastSyncAt} nowMs={nowMs} lateMs={lateMs} />
        </span>
      </dd>
      <dt>Found by</dt>
      <dd>
        {row.sources.map((source) => sourceWords[source] ?? source).join(', ') || '–'}{' '}
        {row.missingSince ? (
          <span class="quiet">
            no longer a customer since <Age at={row.missingSince} nowMs={nowMs} />
          </span>
        ) : null}
      </dd>
      <dt>Tenant id</dt>
      <dd>
        <code>{row.tenantId}</code>
      </dd>
    </dl>
  );
}

/** While nobody has to do anything it says so. */
function NextAttempt({ row, nowMs }: { row: CustomerRow; nowMs: number }) {
  const next = row.consent?.nextAttemptAt;
  if (!next) return null;
  return (
    <span class="quiet">
      {' '}
      · Tenantry looks again{' '}
      {Date.parse(next) - nowMs >= MINUTE_MS ? <Age at={next} nowMs={nowMs} /> : 'within a minute'}
    </span>
  );
}

const sourceWords: Readonly<Record<string, string>> = {
  gdap: 'GDAP',
  contracts: 'reseller contract',
  partnerCenter: 'Partner Center',
  single: 'its own connection',
};

function Evidence({ row, nowMs }: { row: CustomerRow; nowMs: number }) {
  const { consent } = row;
  if (!consent?.evidence) return null;
  const why =
    consent.evidence.kind === 'gdap'
      ? 'by an active admin relationship'
      : `by a sign-in of ${consent.evidence.username}`;
  return (
    <span class="quiet">
      {why}
      {consent.verifiedAt ? (
        <>
          , verified <Age at={consent.verifiedAt} nowMs={nowMs} />
        </>
      ) : null}
    </span>
  );
}
