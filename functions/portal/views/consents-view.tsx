// Consent: how many have it, the campaigns under way, whose is wanted, and the ways to get it.
import type { CampaignDoc } from '../../../shared/consent/campaign-documents.ts';
import type { ConsentCounts, ConsentFilter } from '../../../shared/consent/choice.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { methodWords } from '../parts/consent-words.ts';
import { ErrorSummary, type Refused } from '../parts/form.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Age } from '../parts/time.tsx';
import { count, plural } from '../parts/words.ts';
import { ConsentChoice } from './consent-choice.tsx';

export interface ConsentsModel {
  viewer: Viewer;
  filter: ConsentFilter;
  /** How many customers the filter leaves. */
  matching: number;
  /** One page of them. */
  customers: { rows: readonly CustomerRow[]; page: number; pages: number };
  counts: ConsentCounts;
  campaigns: readonly CampaignDoc[];
  notice: string | undefined;
  form: Refused | undefined;
  nowMs: number;
}

const labels = { name: 'Name', customers: 'Customers' };

/** The page as a document. */
export function consentsView(model: ConsentsModel): string {
  const { viewer, counts, form, notice } = model;
  return workPage({
    title: form ? 'Error: consent' : 'Consent',
    place: 'consents',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>{sentence(counts)}</h1>
        </div>
        <ErrorSummary form={form} labels={labels} />
        <Notice code={notice} />
        <Campaigns model={model} />
        <ConsentChoice model={model} />
      </>
    ),
  });
}

function sentence({ toConsent, consented }: ConsentCounts): string {
  const all = toConsent + consented;
  if (all === 0) return 'No customer to ask for consent yet';
  if (toConsent === 0) return `${all === 1 ? 'The one customer has' : `All ${count(all)} customers have`} consented`;
  return `${count(consented)} of ${plural(all, 'customer')} ${consented === 1 ? 'has' : 'have'} consented; ${count(toConsent)} to go`;
}

/** So many are shown; older ones are reached by their address, and by the API. */
const SHOWN_CAMPAIGNS = 20;

function Campaigns({ model: { campaigns, nowMs } }: { model: ConsentsModel }) {
  if (campaigns.length === 0) return null;
  return (
    <section aria-labelledby="campaigns-heading">
      <h2 id="campaigns-heading">Campaigns and runs</h2>
      <div class="table">
        <table class="cards">
          <caption>
            {campaigns.length > SHOWN_CAMPAIGNS
              ? `The newest ${SHOWN_CAMPAIGNS} of ${count(campaigns.length)}`
              : 'The newest first'}
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">How</th>
              <th scope="col" class="number">
                Customers
              </th>
              <th scope="col">Begun</th>
            </tr>
          </thead>
          <tbody>
            {campaigns.slice(0, SHOWN_CAMPAIGNS).map((campaign) => (
              <tr data-campaign={campaign.campaignId}>
                <th scope="row">
                  <a href={`/consents/${campaign.campaignId}`}>{campaign.name}</a>
                </th>
                <td data-label="How">{methodWords[campaign.method]}</td>
                <td data-label="Customers" class="number">
                  {count(campaign.customers)}
                </td>
                <td data-label="Begun">
                  <Age at={campaign.createdAt} nowMs={nowMs} />
                  <span class="note">by {campaign.createdBy.name}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
