// What products are called: Microsoft's names for SKU ids and part numbers, built in and read from its published list.
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { builtInProductNames } from './built-in-product-names.ts';

export interface ProductNameRow {
  skuId: string;
  partNumber: string;
  name: string;
}

/** Finds names; ids first, because part numbers were reused. */
export interface ProductNames {
  byId: ReadonlyMap<string, string>;
  byPartNumber: ReadonlyMap<string, string>;
}

/** The names to look up, where later rows win over earlier and over the built-in ones. */
export function productNamesOf(rows: Iterable<ProductNameRow> = []): ProductNames {
  const byId = new Map(builtInProductNames.map(([skuId, , name]) => [skuId, name]));
  const byPartNumber = new Map(builtInProductNames.map(([, partNumber, name]) => [partNumber, name]));
  for (const { skuId, partNumber, name } of rows) {
    byId.set(skuId.toLowerCase(), name);
    byPartNumber.set(partNumber, name);
  }
  return { byId, byPartNumber };
}

/** The built-in names alone. */
export const builtInNames: ProductNames = productNamesOf();

/** The name that people know a SKU by; its part number where there is none. */
export function productName(sku: { skuId: string; skuPartNumber: string }, names: ProductNames = builtInNames): string {
  return names.byId.get(sku.skuId.toLowerCase()) ?? names.byPartNumber.get(sku.skuPartNumber) ?? sku.skuPartNumber;
}

/** One line of the list; it has one for each service plan of each product. */
const csvRow = z.object({
  Product_Display_Name: z.string().min(1),
  String_Id: z.string().min(1),
  GUID: z.guid(),
});

/**
 * Reads Microsoft's published list of products, one row a product. Lines that name no product are left out.
 * @see https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
 * @throws Error when the stream holds no product at all: then it is not that list
 */
export async function parseProductNames(csv: Readable): Promise<ProductNameRow[]> {
  const rows = new Map<string, ProductNameRow>();
  const parser = csv.pipe(
    parse({ bom: true, columns: (header: string[]) => header.map(columnName), relax_column_count: true, trim: true }),
  );
  csv.once('error', (error) => parser.destroy(error));
  for await (const line of parser) {
    const row = csvRow.safeParse(line);
    if (!row.success) continue;
    const skuId = row.data.GUID.toLowerCase();
    rows.set(skuId, { skuId, partNumber: row.data.String_Id, name: row.data.Product_Display_Name });
  }
  if (rows.size === 0) throw new Error("the product list holds no product: it is not Microsoft's published CSV");
  return [...rows.values()];
}

/** The list's header once had a stray `???` before its first name: a byte order mark that went wrong. */
function columnName(name: string): string {
  return name.replace(/^[^A-Za-z]+/, '');
}
