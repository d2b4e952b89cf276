import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import type { Edge } from "#shared/http/edge.ts";
import { answerProblem } from "./answer-problem.tsx";
import { registerClosePeriod } from "./close-period.tsx";
import { registerExportFocusFile } from "./export-focus.ts";
import { registerFind } from "./find.ts";
import { registerKeepBudgets } from "./keep-budgets.ts";
import { registerShowBudgets } from "./show-budgets.tsx";
import { registerShowChanges } from "./show-changes.tsx";
import { registerShowCostsBy } from "./show-costs-by.tsx";
import { registerShowInvocation } from "./show-invocation.tsx";
import { registerShowOverview } from "./show-overview.tsx";
import { registerShowPeriod } from "./show-period.tsx";
import { registerShowPeriods } from "./show-periods.tsx";
import { registerShowPriceCard } from "./show-price-card.tsx";
import { registerShowPrices } from "./show-prices.tsx";
import { registerShowReconciliation } from "./show-reconciliation.tsx";
import { registerShowRun } from "./show-run.tsx";
import { registerSignIn } from "./sign-in.tsx";
import { registerSignOut } from "./sign-out.ts";

/** The service of who reads about costs, sealed. Its pages need no script. */
export function createReports(): Edge {
  const edge = createEdge(answerProblem);
  registerShowOverview(edge);
  registerShowCostsBy(edge);
  registerShowRun(edge);
  registerShowInvocation(edge);
  registerShowBudgets(edge);
  registerKeepBudgets(edge);
  registerShowChanges(edge);
  registerShowPeriods(edge);
  registerShowPeriod(edge);
  registerShowReconciliation(edge);
  registerExportFocusFile(edge);
  registerClosePeriod(edge);
  registerShowPrices(edge);
  registerShowPriceCard(edge);
  registerFind(edge);
  registerSignIn(edge);
  registerSignOut(edge);
  return sealEdge(edge);
}
