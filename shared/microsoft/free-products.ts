// Which products cost nothing. Microsoft gives them with 10,000 or 1,000,000 seats, as soon as one person of the tenant tries
// one, so their unused seats say nothing about money.

/**
 * Part numbers of products that are free for good or self-service trials ("viral"), of Microsoft's published list. Only
 * those that nobody is ever billed for: a product that is missing here is counted as paid, and a person sees it.
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
 * @see https://learn.microsoft.com/microsoft-365/commerce/subscriptions/self-service-trials
 */
const freePartNumbers: ReadonlySet<string> = new Set([
  'AX7_USER_TRIAL',
  'CCIBOTS_PRIVPREV_VIRAL',
  'D365_SALES_PRO_IW',
  'DYN365_CUSTOMER_INSIGHTS_VIRAL',
  'DYN365_ENTERPRISE_P1_IW',
  'Dynamics_365_Customer_Service_Enterprise_viral_trial',
  'Dynamics_365_Field_Service_Enterprise_viral_trial',
  'Dynamics_365_Sales_Premium_Viral_Trial',
  'FLOW_FREE',
  'FORMS_PRO',
  'MS_TEAMS_IW',
  'Microsoft_Teams_Exploratory_Dept',
  'POWERAPPS_DEV',
  'POWERAPPS_INDIVIDUAL_USER',
  'POWERAPPS_VIRAL',
  'POWER_BI_STANDARD',
  'POWER_BI_STANDARD_FACULTY',
  'POWER_BI_STANDARD_STUDENT',
  'Power_Pages_vTrial_for_Makers',
  'RIGHTSMANAGEMENT_ADHOC',
  'SMB_APPS',
  'STREAM',
  'TEAMS_COMMERCIAL_TRIAL',
  'TEAMS_EXPLORATORY',
  'TEAMS_FREE',
  'WINDOWS_STORE',
]);

/** Whether a SKU, by its part number, is free whatever the number of its seats. */
export function isFreeProduct(skuPartNumber: string): boolean {
  return freePartNumbers.has(skuPartNumber);
}
