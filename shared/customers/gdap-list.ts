// Reads GDAP for pages and the API: the report of one customer, and the calendar of all.
import { readSettings } from '../access/settings.ts';
import type { App } from '../app.ts';
import { notFound } from '../errors.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { readKnown } from './discovery-save.ts';
import { customerDoc, gdapDoc } from './documents.ts';
import { type Calendar, gdapCalendar } from './gdap-calendar.ts';
import { readPartnerGroups } from './gdap-groups.ts';
import { gdapDocId } from './gdap-place.ts';
import { type GdapReport, gdapReport } from './gdap-report.ts';

/** From what is stored; Microsoft is not asked. @throws Problem 404 for no such customer */
export async function readGdapReport(
  app: Pick<App, 'clock' | 'config'>,
  workspace: WorkspaceStore,
  tenantId: string,
): Promise<GdapReport> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) throw notFound('customer');
  const [gdap, groups, settings] = await Promise.all([
    readAs(workspace.customers, gdapDocId(tenantId), gdapDoc),
    readPartnerGroups(workspace, customer.connectionId),
    readSettings(workspace),
  ]);
  return gdapReport({
    customer,
    gdap: gdap?.doc,
    groups,
    profile: settings.roleProfile,
    nowMs: app.clock.now(),
    thresholdDays: settings.expiringThresholdDays,
    adminOrigin: app.config.portals.adminOrigin,
  });
}

/** What ends within 90 days, of all customers. */
export async function readCalendar(app: Pick<App, 'clock'>, workspace: WorkspaceStore): Promise<Calendar> {
  const [known, settings] = await Promise.all([readKnown(workspace), readSettings(workspace)]);
  const customers = [...known.customers.values()].map((customer) => ({
    customer,
    gdap: known.gdap.get(customer.tenantId),
  }));
  const { roleProfile: profile, expiringThresholdDays: thresholdDays } = settings;
  return gdapCalendar(customers, { profile, nowMs: app.clock.now(), thresholdDays });
}
