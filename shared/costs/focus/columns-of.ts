import { type FocusColumn, type FocusDataset, type FocusVersion, isInVersion } from "./column.ts";
import { COLUMNS_LEAVING_IN_1_3, COST_AND_USAGE_COLUMNS } from "./cost-and-usage-columns.ts";
import { BILLING_PERIOD_COLUMNS, INVOICE_DETAIL_COLUMNS } from "./invoice-columns.ts";

const TABLES: Readonly<Record<FocusDataset, readonly FocusColumn[]>> = {
  "cost-and-usage": [...COST_AND_USAGE_COLUMNS, ...COLUMNS_LEAVING_IN_1_3],
  "invoice-detail": INVOICE_DETAIL_COLUMNS,
  "billing-period": BILLING_PERIOD_COLUMNS,
};

/** The columns of a dataset in a release, by id, in alphabetical order; none when that release has no such dataset. */
export const columnsOf = (dataset: FocusDataset, version: FocusVersion): ReadonlyMap<string, FocusColumn> =>
  new Map(
    TABLES[dataset]
      .filter((candidate) => isInVersion(candidate, version))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((known) => [known.id, known]),
  );
