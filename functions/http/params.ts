// The path parameters, named the same on every route.
import { z } from 'zod';

const guid = z.guid().toLowerCase();

export const tenantParams = z.object({ tenantId: guid });
export const connectionParams = z.object({ connectionId: guid });
export const linkParams = z.object({ tenantId: guid, linkId: guid });
export const memberParams = z.object({ memberId: z.string() });
export const tokenParams = z.object({ token: z.string() });
