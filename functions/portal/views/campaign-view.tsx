// A campaign: how far it is, what can be done with all of it, its customers one by one, and its letter.
import { methodWords } from '../parts/consent-words.ts';
import { ErrorSummary } from '../parts/form.tsx';
import { workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { count, dateTime, plural } from '../parts/words.ts';
import { CampaignLetter, letterLabels } from './campaign-letter.tsx';
import type { CampaignModel } from './campaign-model.ts';
import { CampaignTable } from './campaign-table.tsx';
import { CampaignTasks } from './campaign-tasks.tsx';
import { RunSection } from './run-section.tsx';

/** The page as a document. */
export function campaignView(model: CampaignModel): string {
  const { viewer, campaign, counts, form, query } = model;
  const granted = counts.granted ?? 0;
  return workPage({
    title: form ? `Error: ${campaign.name}` : campaign.name,
    place: 'consents',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/consents">Consent</a>
        </p>
        <div class="head">
          <div>
            <h1>{campaign.name}</h1>
            <p class="quiet">
              {methodWords[campaign.method]}, begun {dateTime(campaign.createdAt)} by {campaign.createdBy.name}
            </p>
          </div>
        </div>
        <ErrorSummary form={form} labels={letterLabels} />
        <Notice code={query.notice} />
        <p class="lead" id="granted" data-live>
          {granted === campaign.customers
            ? `All ${plural(campaign.customers, 'customer')} have consented.`
            : `${count(granted)} of ${plural(campaign.customers, 'customer')} ${granted === 1 ? 'has' : 'have'} consented.`}
        </p>
        {campaign.method === 'gdapAccount' ? <RunSection model={model} /> : <CampaignTasks model={model} />}
        <CampaignTable model={model} />
        {campaign.method === 'customerAdmin' ? <CampaignLetter model={model} /> : null}
      </>
    ),
  });
}
