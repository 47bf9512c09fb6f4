// The licences that scenario tenants hold: Microsoft's real names, part numbers and ids, with a few of each one's plans.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference

export interface ServicePlan {
  servicePlanId: string;
  servicePlanName: string;
  friendlyName: string;
}

export interface Product {
  name: string;
  skuPartNumber: string;
  skuId: string;
  plans: ServicePlan[];
}

function plan(servicePlanId: string, servicePlanName: string, friendlyName: string): ServicePlan {
  return { servicePlanId, servicePlanName, friendlyName };
}

export const PRODUCTS: readonly Product[] = [
  {
    name: 'Microsoft 365 Business Premium',
    skuPartNumber: 'SPB',
    skuId: 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46',
    plans: [
      plan('9aaf7827-d63c-4b61-89c3-182f06f82e5c', 'EXCHANGE_S_STANDARD', 'Exchange Online (Plan 1)'),
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'Microsoft Teams'),
      plan('c7699d2e-19aa-44de-8edf-1736da088ca1', 'SHAREPOINTSTANDARD', 'SharePoint (Plan 1)'),
      plan('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'AAD_PREMIUM', 'Microsoft Entra ID P1'),
      plan('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'INTUNE_A', 'Microsoft Intune Plan 1'),
    ],
  },
  {
    name: 'Microsoft 365 Business Standard',
    skuPartNumber: 'O365_BUSINESS_PREMIUM',
    skuId: 'f245ecc8-75af-4f8e-b61f-27d8114de5f3',
    plans: [
      plan('9aaf7827-d63c-4b61-89c3-182f06f82e5c', 'EXCHANGE_S_STANDARD', 'Exchange Online (Plan 1)'),
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'Microsoft Teams'),
      plan('c7699d2e-19aa-44de-8edf-1736da088ca1', 'SHAREPOINTSTANDARD', 'SharePoint (Plan 1)'),
      plan('094e7854-93fc-4d55-b2c0-3ab5369ebdc1', 'OFFICE_BUSINESS', 'Microsoft 365 Apps for business'),
      plan(
        '6f23d6a9-adbf-481c-8538-b4c095654487',
        'M365_LIGHTHOUSE_CUSTOMER_PLAN1',
        'Microsoft 365 Lighthouse (Plan 1)',
      ),
    ],
  },
  {
    name: 'Microsoft 365 Business Basic',
    skuPartNumber: 'O365_BUSINESS_ESSENTIALS',
    skuId: '3b555118-da6a-4418-894f-7df1e2096870',
    plans: [
      plan('9aaf7827-d63c-4b61-89c3-182f06f82e5c', 'EXCHANGE_S_STANDARD', 'EXCHANGE ONLINE (PLAN 1)'),
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'TEAMS1'),
      plan('c7699d2e-19aa-44de-8edf-1736da088ca1', 'SHAREPOINTSTANDARD', 'SHAREPOINTSTANDARD'),
      plan('7547a3fe-08ee-4ccb-b430-5077c5041653', 'YAMMER_ENTERPRISE', 'YAMMER_ENTERPRISE'),
    ],
  },
  {
    name: 'Microsoft 365 E3',
    skuPartNumber: 'SPE_E3',
    skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965',
    plans: [
      plan('efb87545-963c-4e0d-99df-69c6916d9eb0', 'EXCHANGE_S_ENTERPRISE', 'Exchange Online (Plan 2)'),
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'Microsoft Teams'),
      plan('5dbe027f-2339-4123-9542-606e4d348a72', 'SHAREPOINTENTERPRISE', 'SharePoint (Plan 2)'),
      plan('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'AAD_PREMIUM', 'Microsoft Entra ID P1'),
      plan('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'INTUNE_A', 'Microsoft Intune Plan 1'),
      plan('43de0ff5-c92c-492b-9116-175376d08c38', 'OFFICESUBSCRIPTION', 'Microsoft 365 Apps for enterprise'),
    ],
  },
  {
    name: 'Microsoft 365 E5',
    skuPartNumber: 'SPE_E5',
    skuId: '06ebc4ee-1bb5-47dd-8120-11324bc54e06',
    plans: [
      plan('efb87545-963c-4e0d-99df-69c6916d9eb0', 'EXCHANGE_S_ENTERPRISE', 'Exchange Online (Plan 2)'),
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'Microsoft Teams'),
      plan('5dbe027f-2339-4123-9542-606e4d348a72', 'SHAREPOINTENTERPRISE', 'SharePoint (Plan 2)'),
      plan('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'AAD_PREMIUM', 'Microsoft Entra ID P1'),
      plan('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'INTUNE_A', 'Microsoft Intune Plan 1'),
      plan('43de0ff5-c92c-492b-9116-175376d08c38', 'OFFICESUBSCRIPTION', 'Microsoft 365 Apps for enterprise'),
    ],
  },
  {
    name: 'Office 365 E3',
    skuPartNumber: 'ENTERPRISEPACK',
    skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900',
    plans: [
      plan('efb87545-963c-4e0d-99df-69c6916d9eb0', 'EXCHANGE_S_ENTERPRISE', 'Exchange Online (Plan 2)'),
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'Microsoft Teams'),
      plan('5dbe027f-2339-4123-9542-606e4d348a72', 'SHAREPOINTENTERPRISE', 'SharePoint (Plan 2)'),
      plan('43de0ff5-c92c-492b-9116-175376d08c38', 'OFFICESUBSCRIPTION', 'Microsoft 365 Apps for Enterprise'),
      plan('94a54592-cd8b-425e-87c6-97868b000b91', 'WHITEBOARD_PLAN2', 'Whiteboard (Plan 2)'),
    ],
  },
  {
    name: 'Exchange Online (Plan 1)',
    skuPartNumber: 'EXCHANGESTANDARD',
    skuId: '4b9405b0-7788-4568-add1-99614e613b69',
    plans: [
      plan('9aaf7827-d63c-4b61-89c3-182f06f82e5c', 'EXCHANGE_S_STANDARD', 'Exchange Online (Plan 1)'),
      plan('5e62787c-c316-451f-b873-1d05acd4d12c', 'BPOS_S_TODO_1', 'To-Do (Plan 1)'),
      plan('882e1d05-acd1-4ccb-8708-6ee03664b117', 'INTUNE_O365', 'Mobile Device Management for Office 365'),
    ],
  },
  {
    name: 'Microsoft Entra ID P1',
    skuPartNumber: 'AAD_PREMIUM',
    skuId: '078d2b04-f1bd-4111-bbd4-b4b1b354cef4',
    plans: [
      plan('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'AAD_PREMIUM', 'Microsoft Entra ID P1'),
      plan('8a256a2b-b617-496d-b51b-e76466e88db0', 'MFA_PREMIUM', 'MICROSOFT AZURE MULTI-FACTOR AUTHENTICATION'),
      plan('113feb6c-3fe4-4440-bddc-54d774bf0318', 'EXCHANGE_S_FOUNDATION', 'EXCHANGE FOUNDATION'),
    ],
  },
  {
    name: 'Microsoft Power Automate Free',
    skuPartNumber: 'FLOW_FREE',
    skuId: 'f30db892-07e9-47e9-837c-80727f46fd3d',
    plans: [
      plan('113feb6c-3fe4-4440-bddc-54d774bf0318', 'EXCHANGE_S_FOUNDATION', 'EXCHANGE FOUNDATION'),
      plan('17ab22cd-a0b3-4536-910a-cb6eb12696c0', 'DYN365_CDS_VIRAL', 'COMMON DATA SERVICE'),
      plan('50e68c76-46c6-4674-81f9-75456511b170', 'FLOW_P2_VIRAL', 'FLOW FREE'),
    ],
  },
  {
    name: 'Microsoft Fabric (Free)',
    skuPartNumber: 'POWER_BI_STANDARD',
    skuId: 'a403ebcc-fae0-4ca2-8c8c-7a907fd6c235',
    plans: [
      plan('113feb6c-3fe4-4440-bddc-54d774bf0318', 'EXCHANGE_S_FOUNDATION', 'Exchange Foundation'),
      plan('c948ea65-2053-4a5a-8a62-9eaaaf11b522', 'PURVIEW_DISCOVERY', 'Purview Discovery'),
      plan('2049e525-b859-401b-b2a0-e0a31c4b1fe4', 'BI_AZURE_P0', 'Power BI (free)'),
    ],
  },
  {
    name: 'Microsoft Copilot for Microsoft 365',
    skuPartNumber: 'Microsoft_365_Copilot',
    skuId: '639dec6b-bb19-468b-871c-c5c441c4b0cb',
    plans: [
      plan(
        '82d30987-df9b-4486-b146-198b21d164c7',
        'GRAPH_CONNECTORS_COPILOT',
        'Graph Connectors in Microsoft 365 Copilot',
      ),
      plan('931e4a88-a67f-48b5-814f-16a5f1e6028d', 'M365_COPILOT_INTELLIGENT_SEARCH', 'Intelligent Search'),
      plan('3f30311c-6b1e-48a4-ab79-725b469da960', 'M365_COPILOT_BUSINESS_CHAT', 'Microsoft 365 Chat'),
      plan('b95945de-b3bd-46db-8437-f2beb6ea2347', 'M365_COPILOT_TEAMS', 'Microsoft 365 Copilot in Microsoft Teams'),
    ],
  },
  {
    name: 'Microsoft 365 F3',
    skuPartNumber: 'SPE_F1',
    skuId: '66b55226-6b4f-492c-910c-a3b7a3c9d993',
    plans: [
      plan('57ff2da0-773e-42df-b2af-ffb7a2317929', 'TEAMS1', 'Microsoft Teams'),
      plan('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'AAD_PREMIUM', 'Microsoft Entra ID P1'),
      plan('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'INTUNE_A', 'Microsoft Intune Plan 1'),
      plan('4a82b400-a79f-41a4-b4e2-e94f5787b113', 'EXCHANGE_S_DESKLESS', 'Exchange Online Kiosk'),
    ],
  },
  {
    name: 'Enterprise Mobility + Security E3',
    skuPartNumber: 'EMS',
    skuId: 'efccb6f7-5641-4e0e-bd10-b4976e1bf68e',
    plans: [
      plan('41781fb2-bc02-4b7c-bd55-b576c07bb09d', 'AAD_PREMIUM', 'Microsoft Entra ID P1'),
      plan('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'INTUNE_A', 'MICROSOFT INTUNE'),
      plan('8a256a2b-b617-496d-b51b-e76466e88db0', 'MFA_PREMIUM', 'MICROSOFT AZURE MULTI-FACTOR AUTHENTICATION'),
      plan('113feb6c-3fe4-4440-bddc-54d774bf0318', 'EXCHANGE_S_FOUNDATION', 'EXCHANGE FOUNDATION'),
    ],
  },
  {
    name: 'Intune',
    skuPartNumber: 'INTUNE_A',
    skuId: '061f9ace-7d42-4136-88ac-31dc755f143f',
    plans: [plan('c1ec4a95-1f05-45b3-a911-aa3fa01094f5', 'INTUNE_A', 'MICROSOFT INTUNE')],
  },
];

/** The product with this part number. @throws Error when the catalogue has none */
export function product(skuPartNumber: string): Product {
  const found = PRODUCTS.find((candidate) => candidate.skuPartNumber === skuPartNumber);
  if (!found) throw new Error(`The catalogue has no product ${skuPartNumber}.`);
  return found;
}
