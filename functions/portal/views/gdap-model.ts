// What the GDAP card is made from.
import type { GdapReport, NamedGroup } from '../../../shared/customers/gdap-report.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import type { Explanation } from '../../../shared/errors.ts';
import type { Viewer } from '../parts/layout.tsx';

export interface GdapModel {
  gdap: GdapReport;
  /** Why a form of the card was refused. */
  gdapProblem: Explanation | null;
  row: CustomerRow;
  viewer: Viewer;
  nowMs: number;
}

/** A group's name, or what became of it. */
export function groupName({ name, id }: NamedGroup): string {
  return name ?? `deleted group ${id}`;
}
