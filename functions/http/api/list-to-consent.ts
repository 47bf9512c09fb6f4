// GET /api/v1/consents: the customers whose consent is wanted, by filter, with how many each filter leaves.
import { countToConsent, selectToConsent } from '../../../shared/consent/choice.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import { pageOf } from '../../../shared/customers/rows.ts';
import { consentQuery } from '../consent-query.ts';
import { httpRoute } from '../pipeline.ts';

export const listToConsentFunction = httpRoute({
  name: 'listToConsent',
  methods: ['GET'],
  route: 'api/v1/consents',
  access: 'reader',
  respond: 'json',
  query: consentQuery,
  handle: async ({ app, workspace, query: { page, ...filter } }) => {
    const rows = await allCustomers(app, workspace);
    const matching = selectToConsent(rows, filter);
    const shown = pageOf(matching, page);
    const { rows: items, ...place } = shown;
    return { jsonBody: { items, ...place, matching: matching.length, counts: countToConsent(rows) } };
  },
});
