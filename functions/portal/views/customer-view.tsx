// One customer: how it stands, what its tenant holds, how old that is, and what happened.
import type { ConsentLink } from '../../../shared/consent/links.ts';
import type { Blocker } from '../../../shared/customers/readiness.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { screenWords } from '../../../shared/customers/screen-status.ts';
import { NextStep } from '../parts/action.tsx';
import { Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { consentWords, dateTime, gdapReasonWords, gdapWords, syncWords } from '../parts/words.ts';
import { Datasets, type DirectoryModel, Events, Licences, Users } from './directory-sections.tsx';

export interface CustomerModel extends DirectoryModel {
  viewer: Viewer;
  row: CustomerRow;
  links: readonly ConsentLink[];
  notice: string | undefined;
}

/** The page as a document. */
export function customerView(model: CustomerModel): string {
  const { row, viewer, nowMs } = model;
  const words = screenWords[row.screen];
  const busy =
    row.sync?.status === 'Syncing' || row.sync?.status === 'Pending' || row.consent?.status === 'ConsentPending';
  return workPage({
    title: row.name,
    place: 'connections',
    viewer,
    children: (
      <div data-poll={busy ? '3000' : undefined}>
        <p>
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <h1>{row.name}</h1>
          {viewer.role === 'Admin' ? <SyncNow row={row} viewer={viewer} /> : null}
        </div>
        <Notice code={model.notice} />
        <div id="standing" data-live aria-live="polite">
          <p>
            <Status tone={words.tone} word={words.word} />{' '}
            <NextStep
              action={words.action}
              tenantId={row.tenantId}
              connectionId={row.connectionId}
              customerName={row.name}
              csrfToken={viewer.csrfToken}
              mayChange={viewer.role === 'Admin'}
            />
          </p>
          <Blockers blockers={row.readiness.blockers} />
          <Explained explanation={row.gdapError} heading="The admin relationship could not be read." />
          <Explained
            explanation={row.consent?.status === 'Granted' ? null : row.consent?.explanation}
            heading="Consent did not work."
          />
          <Explained explanation={row.sync?.explanation} heading="The newest sync did not work." />
          <Facts row={row} nowMs={nowMs} />
        </div>
        <Links model={model} />
        <Licences model={model} />
        <Users model={model} tenantId={row.tenantId} />
        <Datasets model={model} />
        <Events model={model} />
      </div>
    ),
  });
}

function SyncNow({ row, viewer }: { row: CustomerRow; viewer: Viewer }) {
  return (
    <form class="inline" method="post" action={`/customers/${row.tenantId}/sync`}>
      <CsrfField token={viewer.csrfToken} />
      <button type="submit" class="primary" disabled={!row.readiness.ready}>
        Sync now
      </button>
    </form>
  );
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

function Facts({ row, nowMs }: { row: CustomerRow; nowMs: number }) {
  const { gdap, consent } = row.readiness;
  return (
    <dl class="facts card">
      <dt>Tenant id</dt>
      <dd>
        <code>{row.tenantId}</code>
      </dd>
      <dt>GDAP</dt>
      <dd>
        <Status {...gdapWords[gdap.status]} />{' '}
        {gdap.reason ? <span class="quiet">{gdapReasonWords[gdap.reason]}</span> : null}
        {gdap.expiresAtMs !== null ? (
          <span class="quiet"> ends {dateTime(new Date(gdap.expiresAtMs).toISOString())}</span>
        ) : null}
        {gdap.renewalRequested ? <span class="quiet"> · renewal requested</span> : null}
      </dd>
      <dt>Consent</dt>
      <dd>
        <Status {...consentWords[consent]} /> <Evidence row={row} nowMs={nowMs} />
      </dd>
      <dt>Sync</dt>
      <dd>
        {row.sync ? <Status {...syncWords[row.sync.status]} /> : <span class="quiet">–</span>}{' '}
        <span class="quiet">
          last sync <Age at={row.lastSyncAt} nowMs={nowMs} />
        </span>
      </dd>
      <dt>Found by</dt>
      <dd>{row.sources.map((source) => sourceWords[source] ?? source).join(', ') || '–'}</dd>
    </dl>
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
      {why}, verified <Age at={consent.verifiedAt} nowMs={nowMs} />
    </span>
  );
}

function Links({ model }: { model: CustomerModel }) {
  const { links, viewer, row, nowMs } = model;
  const open = links.filter(({ status }) => status === 'open');
  if (viewer.role !== 'Admin' || open.length === 0) return null;
  return (
    <section class="card" id="consent" aria-label="Consent link">
      <h2>Consent link</h2>
      <p>
        Send this to an administrator of {row.name}, or open it yourself with an account that has GDAP there. It changes
        nothing until they accept.
      </p>
      {open.map((link) => (
        <>
          <div class="copy">
            <input
              id={`link-${link.linkId}`}
              type="text"
              readOnly
              value={link.address ?? ''}
              aria-label={`Consent link for ${row.name}`}
            />
            <button type="button" data-copy={`link-${link.linkId}`}>
              Copy
            </button>
            <form
              class="inline"
              method="post"
              action={`/customers/${row.tenantId}/consent-links/${link.linkId}/revoke`}
            >
              <CsrfField token={viewer.csrfToken} />
              <button type="submit" class="danger">
                Revoke
              </button>
            </form>
          </div>
          <span class="note">
            works until {dateTime(link.expiresAt)}, made <Age at={link.createdAt} nowMs={nowMs} />
          </span>
        </>
      ))}
    </section>
  );
}
