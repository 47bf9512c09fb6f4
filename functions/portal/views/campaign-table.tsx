// The customers of a campaign: how far each is and since when, with what can be done for it.
import { letterFor } from '../../../shared/consent/campaign-letters.ts';
import type { CampaignRow } from '../../../shared/consent/campaign-read.ts';
import { campaignStates } from '../../../shared/consent/campaign-state.ts';
import { mailtoOf } from '../../../shared/consent/letter.ts';
import { campaignWords } from '../parts/consent-words.ts';
import { Domain } from '../parts/domain.tsx';
import { CheckForm, ErrorCode } from '../parts/explanation.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { count, dateTime, plural } from '../parts/words.ts';
import { type CampaignModel, campaignAddress } from './campaign-model.ts';
import { RunActions } from './run-section.tsx';

/** Filters, the table, pages. */
export function CampaignTable({ model }: { model: CampaignModel }) {
  const { shown, campaign } = model;
  return (
    <section aria-labelledby="customers-heading">
      <h2 id="customers-heading">Customers</h2>
      <Filters model={model} />
      <div class="table" id="customers" data-live>
        <table class="cards">
          <caption>
            {shown.matching === campaign.customers
              ? plural(shown.matching, 'customer')
              : `${count(shown.matching)} of ${plural(campaign.customers, 'customer')}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">State</th>
              {campaign.method === 'customerAdmin' ? <th scope="col">Reminders</th> : null}
              <th scope="col" class="wide">
                Next
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.rows.map((row) => (
              <Row row={row} model={model} />
            ))}
            {shown.rows.length === 0 ? (
              <tr>
                <td colSpan={4} class="none">
                  No customer matches. <a href={`/consents/${campaign.campaignId}`}>Show all</a>
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      <Pages page={model.shown.page} pages={model.shown.pages} at={(page) => campaignAddress(model, { page })} />
    </section>
  );
}

function Filters({ model }: { model: CampaignModel }) {
  const { counts, query, campaign } = model;
  const present = campaignStates.filter((state) => (counts[state] ?? 0) > 0 || state === query.state);
  return (
    <div class="filters" id="filters" data-live>
      <nav class="groups statuses" aria-label="Filter by state">
        <a href={campaignAddress(model, { state: undefined })} aria-current={query.state ? undefined : 'true'}>
          All <span class="tally">{count(campaign.customers)}</span>
        </a>
        {present.map((state) => (
          <a
            href={campaignAddress(model, { state })}
            aria-current={state === query.state ? 'true' : undefined}
            data-filter={state}
          >
            <Status {...campaignWords[state]} /> <span class="tally">{count(counts[state] ?? 0)}</span>
          </a>
        ))}
      </nav>
      <form method="get" action={`/consents/${campaign.campaignId}`} class="actions">
        {query.state ? <input type="hidden" name="state" value={query.state} /> : null}
        <label class="visually-hidden" for="find">
          Name, domain or tenant id
        </label>
        <input id="find" type="search" name="text" value={query.text ?? ''} placeholder="Name, domain or tenant id" />
        <button type="submit">Filter</button>
      </form>
    </div>
  );
}

function Row({ row, model }: { row: CampaignRow; model: CampaignModel }) {
  const { entry, customer, state, at, explanation } = row;
  const isRun = model.campaign.method === 'gdapAccount';
  return (
    <tr data-tenant={entry.tenantId} data-state={state} id={`t-${entry.tenantId}`}>
      <th scope="row">
        {customer ? <a href={`/customers/${entry.tenantId}`}>{customer.name}</a> : entry.tenantId}
        <Domain name={customer?.domain} />
      </th>
      <td data-label="State">
        <Status {...campaignWords[state]} />
        {at ? (
          <span class="note">
            <Age at={at} nowMs={model.nowMs} />
          </span>
        ) : null}
        {explanation ? (
          <span class="note">
            {explanation.meaning} {explanation.whatToDo} <ErrorCode code={explanation.code} />
          </span>
        ) : null}
        {explanation && state === 'failed' ? (
          <CheckForm
            check={{
              path: `/customers/${entry.tenantId}/consent/check`,
              csrfToken: model.viewer.csrfToken,
              about: `whether ${customer?.name ?? entry.tenantId} has consented`,
              back: `/consents/${model.campaign.campaignId}`,
            }}
          />
        ) : null}
      </td>
      {isRun ? null : <Reminders row={row} model={model} />}
      <td data-label="Next" class="wide">
        {model.viewer.role === 'Admin' ? (
          isRun ? (
            <RunActions row={row} model={model} />
          ) : (
            <LinkActions row={row} model={model} />
          )
        ) : (
          <Nothing />
        )}
      </td>
    </tr>
  );
}

function Reminders({ row: { entry }, model }: { row: CampaignRow; model: CampaignModel }) {
  const last = entry.remindedAt.at(-1);
  return (
    <td data-label="Reminders">
      {last ? (
        <>
          {plural(entry.remindedAt.length, 'reminder')}
          <span class="note" title={entry.remindedAt.map(dateTime).join(', ')}>
            last <Age at={last} nowMs={model.nowMs} />
          </span>
        </>
      ) : (
        <Nothing />
      )}
    </td>
  );
}

/** What may be done for one customer with its link, by its state. */
function LinkActions({ row, model }: { row: CampaignRow; model: CampaignModel }) {
  const { entry, customer, link, state } = row;
  const view = link && model.links.get(link.linkId);
  const name = customer?.name ?? entry.tenantId;
  const letter = letterFor(model.campaign, { name, link: view, reminders: entry.remindedAt.length }, model.sender);
  const mailto = letter && mailtoOf(letter);
  const field = `link-${entry.tenantId}`;
  const deeds = deedsOf(row);
  if (!view?.address && deeds.length === 0) return <Nothing />;
  return (
    <>
      {view?.address ? (
        <div class="copy">
          <input id={field} type="text" readOnly value={view.address} aria-label={`Consent link for ${name}`} />
          <button type="button" class="scripted" data-copy={field}>
            Copy
          </button>
        </div>
      ) : null}
      <div class="actions">
        {mailto ? (
          <a href={mailto}>
            Mail<span class="visually-hidden"> to {name}</span>
          </a>
        ) : null}
        {letter ? (
          <form class="inline" method="post" action={`/consents/${entry.campaignId}/customers/${entry.tenantId}/draft`}>
            <CsrfField token={model.viewer.csrfToken} />
            <button type="submit" class="plain" title="A file that your mail program opens as a draft; noted as sent">
              Draft<span class="visually-hidden"> for {name}, noted as sent</span>
            </button>
          </form>
        ) : null}
        {deeds.map(({ deed, word }) => (
          <form class="inline" method="post" action={`/consents/${entry.campaignId}/customers/${entry.tenantId}`}>
            <CsrfField token={model.viewer.csrfToken} />
            <input type="hidden" name="page" value={String(model.shown.page)} />
            <button type="submit" name="do" value={deed} class="plain" data-state={state}>
              {word}
              <span class="visually-hidden"> for {name}</span>
            </button>
          </form>
        ))}
      </div>
    </>
  );
}

function deedsOf({ state, entry }: CampaignRow) {
  const sent = { deed: 'markSent', word: 'Mark as sent' };
  const unsent = { deed: 'unmarkSent', word: 'Not sent' };
  const remind = { deed: 'remind', word: 'Remind' };
  const revoke = { deed: 'revoke', word: 'Revoke' };
  switch (state) {
    case 'toSend':
      return [sent, revoke];
    case 'sent':
      return [remind, unsent, revoke];
    case 'opened':
    case 'failed':
      return entry.linkId ? [remind, revoke] : [remind];
    case 'atMicrosoft':
      return [revoke];
    case 'expired':
      return [{ ...remind, word: 'Renew and remind' }];
    case 'revoked':
      return [
        { deed: 'restore', word: 'Let it work again' },
        { ...remind, word: 'New link' },
      ];
    default:
      return [];
  }
}
