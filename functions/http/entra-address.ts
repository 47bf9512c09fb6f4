// Where an administrator removes an app from a tenant by hand.
import type { Config } from '../../shared/config.ts';

/**
 * Enterprise applications of a tenant in the Entra admin centre of this cloud.
 * https://learn.microsoft.com/entra/identity/enterprise-apps/delete-application-portal
 */
export function entraAppsAddress({ portals }: Pick<Config, 'portals'>, tenantId: string): string {
  return `${portals.entraOrigin}/${tenantId}#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview`;
}
