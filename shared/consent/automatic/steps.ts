// The three steps of automatic consent at Microsoft. Each may be repeated: it begins with what is there already.
// https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis for the first and the last
import { z } from 'zod';
import type { App } from '../../app.ts';
import { customerDelegation, partnerTokens } from '../../connections/partner-tokens.ts';
import { Problem } from '../../errors.ts';
import { type GraphClient, isTransient, MicrosoftError, type PartnerCenterClient } from '../../microsoft/microsoft.ts';
import { automaticConsentPermissions, customerAppPermissions } from '../../microsoft/permissions.ts';
import { patiently } from '../patience.ts';
import { mayBeConnection, outcomeOf } from './failures.ts';
import type { Outcome } from './machine.ts';
import { takeTurnOf } from './pace.ts';
import { explainRefusal } from './refusals.ts';
import type { AutomaticStep } from './state.ts';

/** Where the steps happen. The clients send their requests as the connection's account. */
export interface Place {
  app: App;
  workspaceId: string;
  connectionId: string;
  tenantId: string;
}

const graphAppId = '00000003-0000-0000-c000-000000000000';
const done: Outcome = { kind: 'done' };

/** Does one step and says what came of it. @throws what is no answer of Microsoft's: a bug, or the store */
export async function takeStep(place: Place, step: Exclude<AutomaticStep, 'ended'>): Promise<Outcome> {
  try {
    if (step === 'authorise') return await authorise(place);
    if (step === 'install') return await install(place);
    return await withdraw(place);
  } catch (error) {
    if (error instanceof Problem) return { kind: 'blocked', by: 'connection', explanation: error.explanation };
    if (!(error instanceof MicrosoftError)) throw error;
    return (await connectionTrouble(place, error)) ?? outcomeOf(step, error);
  }
}

/** The partner app gets, in the customer's tenant, what the next step needs; what was there before will do. */
async function authorise(place: Place): Promise<Outcome> {
  const { partnerCenter, applicationId, takeTurn } = open(place);
  const scopes = automaticConsentPermissions.map(({ permission }) => permission);
  const consent = { customerTenantId: place.tenantId, applicationId, scopes };
  await patiently(() => partnerCenter.grantConsent(consent, takeTurn));
  return done;
}

async function withdraw(place: Place): Promise<Outcome> {
  const { partnerCenter, applicationId, takeTurn } = open(place);
  const consent = { customerTenantId: place.tenantId, applicationId };
  await patiently(() => partnerCenter.withdrawConsent(consent, takeTurn));
  return done;
}

/** Partner Center as the connection's account, for the partner app. A connection's own app will stand here one day. */
function open({ app, workspaceId, connectionId }: Place) {
  const { partnerCenter } = partnerTokens(app, workspaceId, connectionId);
  const applicationId = app.config.partnerApp.clientId;
  const client: PartnerCenterClient = app.microsoft.partnerCenter(partnerCenter);
  return { partnerCenter: client, applicationId, takeTurn: takeTurnOf(app, applicationId) };
}

const principal = z.object({ id: z.string(), accountEnabled: z.boolean().nullish() });
const assignment = z.object({ appRoleId: z.string().toLowerCase(), resourceId: z.string().toLowerCase() });

/** The customer app comes into the tenant where it is not there, and gets the roles of its table that it lacks. */
async function install({ app, workspaceId, connectionId, tenantId }: Place): Promise<Outcome> {
  const graph = app.microsoft.graph(customerDelegation(app, { workspaceId, connectionId, tenantId }));
  const resource = await patiently(() => graph.get(`/servicePrincipals(appId='${graphAppId}')?$select=id`, principal));
  const own = await findOrMake(graph, app.config.customerApp.clientId);
  if (own.accountEnabled === false)
    return { kind: 'failed', span: 'forGood', explanation: explainRefusal('automatic_app_disabled') };
  await giveRoles(graph, own.id, resource.id);
  return done;
}

async function findOrMake(graph: GraphClient, appId: string): Promise<z.infer<typeof principal>> {
  const find = () =>
    patiently(() => graph.get(`/servicePrincipals(appId='${appId}')?$select=id,accountEnabled`, principal));
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof MicrosoftError) || error.kind !== 'notFound') throw error;
  }
  try {
    return principal.parse(await patiently(() => graph.send('POST', '/servicePrincipals', { appId })));
  } catch (error) {
    // It was made a moment ago, by us or another, and did not show yet: it is looked for again, now or later.
    if (error instanceof MicrosoftError && error.status === 409) return find();
    throw error;
  }
}

/** One by one: Graph takes no more at a time, and says of one that is there that it was refused. */
async function giveRoles(graph: GraphClient, principalId: string, resourceId: string): Promise<void> {
  const held = await heldRoles(graph, principalId, resourceId);
  const path = `/servicePrincipals/${principalId}/appRoleAssignments`;
  for (const { id: appRoleId } of customerAppPermissions) {
    if (held.has(appRoleId)) continue;
    try {
      await patiently(() => graph.send('POST', path, { principalId, resourceId, appRoleId }));
    } catch (error) {
      if (!(error instanceof MicrosoftError) || error.status !== 400) throw error;
      // "Permission being assigned already exists": the answer to an earlier try was lost.
      if (!(await heldRoles(graph, principalId, resourceId)).has(appRoleId)) throw error;
    }
  }
}

function heldRoles(graph: GraphClient, principalId: string, resourceId: string): Promise<Set<string>> {
  return patiently(async () => {
    const held = new Set<string>();
    for await (const page of graph.pages(`/servicePrincipals/${principalId}/appRoleAssignments`, assignment))
      for (const one of page) if (one.resourceId === resourceId.toLowerCase()) held.add(one.appRoleId);
    return held;
  });
}

/**
 * Whether it is the connection that fails, not this customer: asked in the partner's own tenant, where a sign-in that has
 * ended is noticed and told.
 */
async function connectionTrouble(place: Place, error: MicrosoftError): Promise<Outcome | null> {
  if (!mayBeConnection(error)) return null;
  try {
    await partnerTokens(place.app, place.workspaceId, place.connectionId).graph.renew();
    return null;
  } catch (trouble) {
    if (!(trouble instanceof MicrosoftError) && !(trouble instanceof Problem)) throw trouble;
    const { explanation } = trouble;
    // Nobody can tell now: it is asked again.
    if (isTransient(trouble)) return { kind: 'failed', span: 'passing', explanation };
    return { kind: 'blocked', by: 'connection', explanation };
  }
}
