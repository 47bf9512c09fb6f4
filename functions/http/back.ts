// Where a "Check again" leads back to: the customer's page, or the row in setup or in a campaign that it was pressed at.
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { reviewAddress } from '../portal/views/setup-model.ts';
import { type Notice, seeOther } from './redirects.ts';
import { reviewQuery } from './setup-query.ts';

/** The address that a form says it stands on. Only one that our own pages could have written leads anywhere. */
export const backField = z.object({ back: z.string().max(500).optional() });

const campaignPage = /^\/consents\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** To the customer's page, or back to setup or the campaign where the form stood there. */
export function backToCustomer(
  tenantId: string,
  { back }: z.infer<typeof backField>,
  { notice, place = '' }: { notice: Notice; place?: string },
): HttpResponseInit {
  const review = back?.startsWith('/setup?') ? reviewIn(back) : undefined;
  if (review) return seeOther(`${reviewAddress(review, { page: review.page })}&notice=${notice}#customer-${tenantId}`);
  if (back && campaignPage.test(back)) return seeOther(`${back}?notice=${notice}#t-${tenantId}`);
  return seeOther(`/customers/${tenantId}?notice=${notice}${place}`);
}

/** The query of setup's second step in an address: parsed and written anew, so that nothing else can come along. */
function reviewIn(address: string): z.infer<typeof reviewQuery> | undefined {
  const parameters = new URLSearchParams(address.slice(address.indexOf('?')));
  return reviewQuery.safeParse(Object.fromEntries(parameters)).data;
}
