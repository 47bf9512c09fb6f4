// The path parameters, named the same on every route.
import { z } from 'zod';

const guid = z.guid().toLowerCase();

export const tenantParams = z.object({ tenantId: guid });
export const connectionParams = z.object({ connectionId: guid });
export const linkParams = z.object({ tenantId: guid, linkId: guid });
export const memberParams = z.object({
  memberId: z.string().regex(/^member(:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){2}$/),
});
export const campaignParams = z.object({ campaignId: guid });
export const campaignCustomerParams = z.object({ campaignId: guid, tenantId: guid });
/** Any text: the page of a link has words of its own for an address that was copied badly. */
export const tokenParams = z.object({ token: z.string() });
/** A user's id as Microsoft writes it: it names a document. */
export const userParams = z.object({ tenantId: guid, userId: z.guid() });
export const gdapRunParams = z.object({ gdapRunId: guid });
