// Microsoft's clouds: which addresses belong to which. Each can still be set alone.
// https://learn.microsoft.com/graph/deployments and
// https://learn.microsoft.com/partner-center/developer/partner-center-rest-urls

export const cloudNames = ['global', 'usgov', 'usgovdod'] as const;
export type CloudName = (typeof cloudNames)[number];

export interface CloudAddresses {
  loginOrigin: string;
  graphOrigin: string;
  /** The US Government's Partner Center answers at the global address. */
  partnerCenterOrigin: string;
  /** The Microsoft 365 admin centre, where customers approve GDAP requests. */
  adminPortalOrigin: string;
  entraPortalOrigin: string;
}

export const clouds: Readonly<Record<CloudName, CloudAddresses>> = {
  global: {
    loginOrigin: 'https://login.microsoftonline.com',
    graphOrigin: 'https://graph.microsoft.com',
    partnerCenterOrigin: 'https://api.partnercenter.microsoft.com',
    adminPortalOrigin: 'https://admin.microsoft.com',
    entraPortalOrigin: 'https://entra.microsoft.com',
  },
  // GCC High; GCC itself is in the global cloud.
  usgov: {
    loginOrigin: 'https://login.microsoftonline.us',
    graphOrigin: 'https://graph.microsoft.us',
    partnerCenterOrigin: 'https://api.partnercenter.microsoft.com',
    adminPortalOrigin: 'https://portal.office365.us',
    entraPortalOrigin: 'https://entra.microsoft.us',
  },
  usgovdod: {
    loginOrigin: 'https://login.microsoftonline.us',
    graphOrigin: 'https://dod-graph.microsoft.us',
    partnerCenterOrigin: 'https://api.partnercenter.microsoft.com',
    adminPortalOrigin: 'https://portal.apps.mil',
    entraPortalOrigin: 'https://entra.microsoft.us',
  },
};

/**
 * What a managed identity's token must be made for, to stand in for an app's secret in the cloud of that login origin.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
export function tokenExchangeAudience(loginOrigin: string): string {
  const gov = new URL(loginOrigin).hostname.endsWith('.microsoftonline.us');
  return `api://AzureADTokenExchange${gov ? 'USGov' : ''}`;
}
