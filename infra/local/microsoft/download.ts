// Microsoft's published table of product names, as a download: the scenario's products in Microsoft's columns.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
import type { SimResponse } from './http.ts';
import { PRODUCTS } from './scenario/catalogue.ts';

export const PRODUCT_NAMES_PATH = '/download/product-names.csv';

const HEADER =
  'Product_Display_Name,String_Id,GUID,Service_Plan_Name,Service_Plan_Id,Service_Plans_Included_Friendly_Names';

/** The CSV with a byte order mark, one row for each service plan of each product, as Microsoft publishes it. */
export function productNamesDownload(): SimResponse {
  const rows = PRODUCTS.flatMap(({ name, skuPartNumber, skuId, plans }) =>
    plans.map((plan) =>
      [name, skuPartNumber, skuId, plan.servicePlanName, plan.servicePlanId, plan.friendlyName].map(field).join(','),
    ),
  );
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: `\uFEFF${[HEADER, ...rows].join('\r\n')}\r\n`,
  };
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
