// GET /consents: whose consent is wanted, the ways to get it, and the campaigns under way.
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { listCampaigns } from '../../../shared/consent/campaign-read.ts';
import { type ConsentFilter, consentFilter, countToConsent, selectToConsent } from '../../../shared/consent/choice.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import { pageOf } from '../../../shared/customers/rows.ts';
import { consentQuery } from '../../http/consent-query.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { consentsView } from '../views/consents-view.tsx';

export const consentsPage = httpRoute({
  name: 'consentsPage',
  methods: ['GET'],
  route: 'consents',
  access: 'reader',
  respond: 'page',
  query: consentQuery.extend({ notice: z.string().max(40).optional() }),
  handle: async (call) => {
    const { notice, page, ...filter } = call.query;
    return showConsents(call, { filter, page, notice });
  },
});

/** The page, or with `form` the page again after a form on it was refused. */
export async function showConsents(
  call: Pick<Call, 'app' | 'session' | 'member' | 'workspace'>,
  shown: {
    filter?: ConsentFilter;
    page?: number | undefined;
    notice?: string | undefined;
    form?: Refused;
    status?: number;
  },
): Promise<HttpResponseInit> {
  const { app, workspace } = call;
  const filter = shown.filter ?? typedFilter(shown.form);
  const [viewer, rows, campaigns] = await Promise.all([
    viewerOf(call),
    allCustomers(app, workspace),
    listCampaigns(workspace),
  ]);
  const matching = selectToConsent(rows, filter);
  const model = {
    viewer,
    filter,
    matching: matching.length,
    customers: pageOf(matching, shown.page),
    counts: countToConsent(rows),
    campaigns,
    notice: shown.notice,
    form: shown.form,
    nowMs: app.clock.now(),
  };
  return htmlPage(consentsView(model), shown.status);
}

/** The filter that a refused form came with. */
function typedFilter(form: Refused | undefined): ConsentFilter {
  const typed = consentQuery.safeParse(form?.typed ?? {});
  return consentFilter.parse(typed.success ? typed.data : {});
}
