// One way in which what is stored is not what is true.

export interface Difference {
  tenant: string;
  /** Of users, licences…; `events`, `queue` or `process` for what is no dataset. */
  dataset: string;
  object: string;
  field: string;
  expected: string;
  found: string;
}

/** One line for a person. */
export function differenceLine({ tenant, dataset, object, field, expected, found }: Difference): string {
  const place = [tenant, dataset, object, field].filter((part) => part !== '').join(' / ');
  return `${place}: expected ${cut(expected)}, found ${cut(found)}`;
}

function cut(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
