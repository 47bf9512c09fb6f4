// The list of customers to consent with its filters and boxes, and the ways in which the chosen ones may be consented.
import { type ConsentGroup, consentGroups } from '../../../shared/consent/choice.ts';
import { GDAP_CENTER_URL } from '../../../shared/customers/readiness.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { groupWords } from '../parts/consent-words.ts';
import { Domain } from '../parts/domain.tsx';
import { TextField } from '../parts/form.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { consentWords, count, day, gdapWords, plural } from '../parts/words.ts';
import type { ConsentsModel } from './consents-view.tsx';

/** The whole part: filters, list, and for Admins the ways. */
export function ConsentChoice({ model }: { model: ConsentsModel }) {
  const { counts, viewer, customers, matching } = model;
  if (counts.toConsent + counts.consented === 0) {
    return (
      <div class="card">
        <p>
          Customers appear here as soon as a partner tenant is connected and read. Begin with{' '}
          <a href="/connections">Connections</a>.
        </p>
      </div>
    );
  }
  return (
    <section aria-labelledby="choose-heading">
      <h2 id="choose-heading">Customers</h2>
      <Filters model={model} />
      {customers.rows.length === 0 ? (
        <div class="card">
          <p>
            {model.filter.group === 'toConsent' && !model.filter.text && !model.filter.gdap
              ? 'Nobody is left to consent: every customer has.'
              : 'No customer matches.'}{' '}
            <a href="/consents">Show all to consent</a>
          </p>
        </div>
      ) : viewer.role === 'Admin' ? (
        <form method="post" action="/consents/campaigns">
          <CsrfField token={viewer.csrfToken} />
          <ChosenBy model={model} />
          <CustomersTable model={model} boxes />
          <Pages page={customers.page} pages={customers.pages} at={(page) => address(model, { page })} />
          <Ways model={model} />
        </form>
      ) : (
        <>
          <CustomersTable model={model} boxes={false} />
          <Pages page={customers.page} pages={customers.pages} at={(page) => address(model, { page })} />
          <p class="quiet">An Admin can ask {plural(matching, 'customer')} for consent here.</p>
        </>
      )}
    </section>
  );
}

type Change = Partial<Record<'group' | 'gdap' | 'text' | 'page', string | number | undefined>>;

function address({ filter }: ConsentsModel, change: Change): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...change }))
    if (value !== undefined && value !== '' && !(name === 'group' && value === 'toConsent'))
      query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '/consents' : `/consents?${text}`;
}

function Filters({ model }: { model: ConsentsModel }) {
  const { filter, counts } = model;
  const always: readonly ConsentGroup[] = ['toConsent', 'consented'];
  const shown = consentGroups.filter((group) => always.includes(group) || counts[group] > 0 || group === filter.group);
  return (
    <div class="filters">
      <nav class="groups" aria-label="Filter by consent">
        {shown.map((group) => (
          <a href={address(model, { group })} aria-current={filter.group === group ? 'true' : undefined}>
            {groupWords[group]} <span class="tally">{count(counts[group])}</span>
          </a>
        ))}
      </nav>
      <form method="get" action="/consents" class="actions">
        {filter.group === 'toConsent' ? null : <input type="hidden" name="group" value={filter.group} />}
        <label class="visually-hidden" for="gdap">
          Admin relationship
        </label>
        <select id="gdap" name="gdap">
          <option value="">Any admin relationship</option>
          <option value="usable" selected={filter.gdap === 'usable'}>
            GDAP in order
          </option>
          <option value="unusable" selected={filter.gdap === 'unusable'}>
            GDAP not in order
          </option>
        </select>
        <label class="visually-hidden" for="text">
          Name, domain or tenant id
        </label>
        <input id="text" type="search" name="text" value={filter.text ?? ''} placeholder="Name, domain or tenant id" />
        <button type="submit">Filter</button>
      </form>
    </div>
  );
}

/** What the form sends beside the boxes: the filter, and whether it speaks for what other pages of the list hold. */
function ChosenBy({ model: { filter, matching, customers, form } }: { model: ConsentsModel }) {
  const ticked = form?.typed['scope'] === 'ticked';
  const several = customers.pages > 1;
  return (
    <>
      <input type="hidden" name="group" value={filter.group} />
      <input type="hidden" name="gdap" value={filter.gdap ?? ''} />
      <input type="hidden" name="text" value={filter.text ?? ''} />
      <fieldset class="choices" id="customers">
        <legend>Choose</legend>
        <label>
          <input type="radio" name="scope" value="matching" checked={!ticked} />
          {several
            ? `All ${count(matching)} that match, but for those that you untick on this page`
            : `All ${count(matching)}, but for those that you untick`}
        </label>
        <label>
          <input type="radio" name="scope" value="ticked" checked={ticked} />
          Only those ticked {several ? 'on this page' : 'below'}
        </label>
      </fieldset>
    </>
  );
}

function CustomersTable({ model, boxes }: { model: ConsentsModel; boxes: boolean }) {
  return (
    <div class="table">
      <table class="cards">
        <caption>{plural(model.matching, 'customer')}</caption>
        <thead>
          <tr>
            {boxes ? (
              <th scope="col" class="pick">
                <input
                  type="checkbox"
                  class="scripted"
                  data-tick-all="tick"
                  checked
                  aria-label="Tick all on this page"
                />
              </th>
            ) : null}
            <th scope="col">Customer</th>
            <th scope="col">GDAP</th>
            <th scope="col">Consent</th>
          </tr>
        </thead>
        <tbody>
          {model.customers.rows.map((row) => (
            <Row row={row} boxes={boxes} nowMs={model.nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, boxes, nowMs }: { row: CustomerRow; boxes: boolean; nowMs: number }) {
  const { gdap, consent } = row.readiness;
  return (
    <tr data-tenant={row.tenantId}>
      {boxes ? (
        <td class="pick">
          <input type="hidden" name="shown" value={row.tenantId} />
          <input type="checkbox" name="tick" value={row.tenantId} checked aria-label={row.name} />
        </td>
      ) : null}
      <th scope="row">
        <a href={`/customers/${row.tenantId}`}>{row.name}</a>
        <Domain name={row.domain} />
      </th>
      <td data-label="GDAP">
        {gdap.status === 'NotApplicable' ? (
          <Nothing />
        ) : (
          <Status tone={gdapWords[gdap.status].tone} word={gdapWords[gdap.status].word} />
        )}
      </td>
      <td data-label="Consent">
        <Status tone={consentWords[consent].tone} word={consentWords[consent].word} />
        {row.consent && consent !== 'NotRequested' ? (
          <span class="note">
            <Age at={row.consent.statusSince} nowMs={nowMs} />
            {row.consent.explanation ? `: ${row.consent.explanation.meaning}` : ''}
          </span>
        ) : null}
      </td>
    </tr>
  );
}

/** Each way has its own button; all of them take the same choice. */
function Ways({ model: { form, nowMs } }: { model: ConsentsModel }) {
  return (
    <>
      <h2 id="ways">How to consent those that are chosen</h2>
      <p class="quiet">All ways end in the same, and you may use one for some customers and another for others.</p>
      <div class="card">
        <TextField
          name="name"
          label="Name"
          help="Of the campaign or run, so that you find it again."
          value={`Consent, ${day(new Date(nowMs).toISOString())}`}
          maxLength={80}
          form={form}
        />
        <div class="act">
          <h3>Ask their administrators</h3>
          <p>
            Each customer gets a link of its own, to copy, to send as a mail draft, or to take out as a table. One of
            their administrators signs in and accepts. Needs nothing of you; takes as long as they take.
          </p>
          <button type="submit" class="primary">
            Make links
          </button>
        </div>
        <div class="act">
          <h3>Consent with your own account</h3>
          <p>
            Through GDAP, one customer after another: Microsoft asks for each, and the next opens by itself. Your
            account needs Privileged Role Administrator and Application Administrator there:{' '}
            <a href={GDAP_CENTER_URL} target="_blank" rel="noreferrer">
              check this in Partner Center
            </a>
            . Customers without an active relationship are passed over.
          </p>
          <button type="submit" formaction="/consents/runs">
            Begin a run
          </button>
        </div>
        <div class="act">
          <h3>Automatically</h3>
          <p>
            Through Partner Center and GDAP, without a click at Microsoft; takes minutes. Needs the same roles of the
            connection's service account. <a href="/automatic-consent">How it goes and what is in the way</a>.
          </p>
          <button type="submit" formaction="/automatic-consent">
            Consent automatically
          </button>
        </div>
      </div>
    </>
  );
}
