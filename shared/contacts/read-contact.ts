// One contact with what is known of the person: licences, standing, how old it is.
import type { App } from '../app.ts';
import { productName } from '../microsoft/product-names.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { licenceDoc, type Standing, syncStateDoc, userDoc } from '../sync/documents.ts';
import { readProductNames } from '../sync/product-names.ts';
import { type Contact, contactOf } from './contact.ts';
import { contactDoc } from './documents.ts';
import type { ContactPlace } from './places.ts';
import { readPlace } from './read-places.ts';

export interface ContactDetails extends Contact {
  /** By name; null for a contact that was kept: licences are not. */
  licences: readonly { skuId: string; productName: string }[] | null;
  standing: Standing | null;
  lastSignInAt: string | null;
  /** When Microsoft was last asked for it; null for one that was kept. */
  asOf: string | null;
  /** The connection that was removed, for one that was kept. */
  formerConnection: string | null;
}

/** Undefined when the workspace has no such contact. */
export async function readContact(
  app: Pick<App, 'store' | 'clock'>,
  workspace: WorkspaceStore,
  tenantId: string,
  userId: string,
): Promise<ContactDetails | undefined> {
  const found = await readPlace(workspace, tenantId);
  if (!found) return undefined;
  const directory = workspace.directory(tenantId);
  const user = found.place.users === 0 ? undefined : (await readAs(directory, `user:${userId}`, userDoc))?.doc;
  if (user) return { ...contactOf(found.place, user), ...(await detailsOf(app, workspace, found.place, user)) };
  const kept = (await readAs(directory, `contact:${userId}`, contactDoc))?.doc;
  if (!kept) return undefined;
  const formerConnection = found.former?.connectionName ?? null;
  return {
    ...contactOf(found.place, kept),
    ...{ licences: null, standing: null, lastSignInAt: null, asOf: null, formerConnection },
  };
}

async function detailsOf(
  app: Pick<App, 'store' | 'clock'>,
  workspace: WorkspaceStore,
  { tenantId }: ContactPlace,
  user: { licences: readonly string[]; standing: Standing; lastSignInAt: string | null },
) {
  const directory = workspace.directory(tenantId);
  const [names, state, licences] = await Promise.all([
    readProductNames(app),
    readAs(directory, 'state', syncStateDoc),
    Promise.all(user.licences.map((skuId) => readAs(directory, `licence:${skuId}`, licenceDoc))),
  ]);
  const named = user.licences.map((skuId, index) => {
    const skuPartNumber = licences[index]?.doc.skuPartNumber ?? skuId;
    return { skuId, productName: productName({ skuId, skuPartNumber }, names) };
  });
  return {
    licences: named.sort((a, b) => a.productName.localeCompare(b.productName, 'en')),
    standing: user.standing,
    lastSignInAt: user.lastSignInAt,
    asOf: state?.doc.datasets.users.asOf ?? null,
    formerConnection: null,
  };
}
