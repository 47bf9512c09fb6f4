// GET /customers/{tenantId}
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { readSettings } from '../../../shared/access/settings.ts';
import { MINUTE_MS } from '../../../shared/clock.ts';
import { readAutomaticOf } from '../../../shared/consent/automatic/overview.ts';
import { listConsentLinks } from '../../../shared/consent/links.ts';
import { readGdapReport } from '../../../shared/customers/gdap-list.ts';
import { readCustomer } from '../../../shared/customers/list.ts';
import { type Explanation, invalid, notFound, type Problem } from '../../../shared/errors.ts';
import { productName } from '../../../shared/microsoft/product-names.ts';
import { isStoreError } from '../../../shared/store/port.ts';
import type { UserDoc } from '../../../shared/sync/documents.ts';
import { recentEvents } from '../../../shared/sync/list-events.ts';
import { listUsers, userFilters } from '../../../shared/sync/list-users.ts';
import { readProductNames } from '../../../shared/sync/product-names.ts';
import { readDirectory } from '../../../shared/sync/read-directory.ts';
import { readTimeline } from '../../../shared/timeline/read-timeline.ts';
import { tenantParams } from '../../http/params.ts';
import { type Call, httpRoute, type RefusedCall } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { customerView } from '../views/customer-view.tsx';
import type { UserRow } from '../views/directory-model.ts';

const SHOWN_EVENTS = 30;
const SHOWN_ENTRIES = 15;

const pageQuery = z.object({
  notice: z.string().max(40).optional(),
  text: z.string().max(200).default(''),
  filter: z.enum(userFilters).default('all'),
  after: z.string().max(4000).optional(),
  /** Where older entries of the timeline begin. */
  earlier: z.string().max(4000).optional(),
});

export const customerPage = httpRoute({
  name: 'customerPage',
  methods: ['GET'],
  route: 'customers/{tenantId}',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  query: pageQuery,
  handle: async (call) => showCustomer(call, call.query, {}),
});

/** The page again after a form of the GDAP card was refused, with the reason in the card. */
export async function showGdapProblem(
  call: RefusedCall<{ tenantId: string }>,
  { explanation, status }: Problem,
): Promise<HttpResponseInit> {
  return showCustomer(call, pageQuery.parse({}), { gdapProblem: explanation, status });
}

/** The page again after automatic consent was refused, with the reason beside its button. */
export async function showWayProblem(
  call: RefusedCall<{ tenantId: string }>,
  { explanation, status }: Problem,
): Promise<HttpResponseInit> {
  return showCustomer(call, pageQuery.parse({}), { wayProblem: explanation, status });
}

async function showCustomer(
  call: Pick<Call<{ tenantId: string }>, 'app' | 'session' | 'member' | 'workspace' | 'params'>,
  query: z.infer<typeof pageQuery>,
  {
    gdapProblem = null,
    wayProblem = null,
    status = 200,
  }: { gdapProblem?: Explanation | null; wayProblem?: Explanation | null; status?: number },
): Promise<HttpResponseInit> {
  const { app, workspace } = call;
  const { tenantId } = call.params;
  const [row, way] = await Promise.all([
    readCustomer(app, workspace, tenantId),
    readAutomaticOf(app, workspace, tenantId),
  ]);
  if (!row || !way) throw notFound('customer');
  const { workspaceId } = workspace;
  const asked = { filter: query.filter, query: query.text, ...(query.after ? { continuation: query.after } : {}) };
  const [viewer, gdap, links, directory, users, events, settings, names, timeline] = await Promise.all([
    viewerOf(call),
    readGdapReport(app, workspace, tenantId),
    listConsentLinks(app, workspace, tenantId),
    readDirectory(app, workspaceId, tenantId),
    listUsers(app, workspaceId, tenantId, asked).catch(noSuchPlace),
    recentEvents(app, workspaceId, tenantId, { max: SHOWN_EVENTS }),
    readSettings(workspace),
    readProductNames(app),
    readTimeline(workspace, tenantId, { continuation: query.earlier, limit: SHOWN_ENTRIES }).catch(noSuchPlace),
  ]);
  const partNumbers = new Map(directory.licences.map(({ skuId, skuPartNumber }) => [skuId, skuPartNumber]));
  const named = (skuId: string) => productName({ skuId, skuPartNumber: partNumbers.get(skuId) ?? skuId }, names);
  const body = customerView({
    viewer,
    tenantId,
    row,
    gdap,
    gdapProblem,
    way,
    wayProblem,
    links,
    notice: query.notice,
    nowMs: app.clock.now(),
    intervalMs: settings.syncIntervalMinutes * MINUTE_MS,
    directory,
    users: users.items.map((user) => userRow(user, named)),
    usersContinuation: users.continuation,
    usersText: query.text,
    usersFilter: query.filter,
    events,
    timeline,
    older: query.earlier !== undefined,
  });
  return htmlPage(body, status);
}

/** Where the next part of the list begins is an opaque text of ours; it comes back in the address, where anybody may edit it. */
function noSuchPlace(error: unknown): never {
  if (!isStoreError(error, 'invalid')) throw error;
  throw invalid('This address does not lead to a part of the list.', 'Open the customer again.');
}

function userRow(user: UserDoc, named: (skuId: string) => string): UserRow {
  return { ...user, products: user.licences.map(named).sort((a, b) => a.localeCompare(b, 'en')) };
}
