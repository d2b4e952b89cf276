import { closePeriodByFormRoute, confirmCloseRoute } from "./close-period.tsx";
import { exportFocusFileRoute } from "./export-focus.ts";
import { findRoute } from "./find.ts";
import { deleteBudgetByFormRoute, setBudgetByFormRoute } from "./keep-budgets.ts";
import { showBudgetsRoute } from "./show-budgets.tsx";
import { showChangesRoute } from "./show-changes.tsx";
import { showCostsByRoute } from "./show-costs-by.tsx";
import { showInvocationRoute } from "./show-invocation.tsx";
import { showOverviewRoute } from "./show-overview.tsx";
import { showPeriodRoute } from "./show-period.tsx";
import { showPeriodsRoute } from "./show-periods.tsx";
import { showPriceCardRoute } from "./show-price-card.tsx";
import { showPricesRoute } from "./show-prices.tsx";
import { showReconciliationRoute } from "./show-reconciliation.tsx";
import { showRunRoute } from "./show-run.tsx";
import { showSignInRoute, signInRoute } from "./sign-in.tsx";
import { signOutRoute } from "./sign-out.ts";

/** Every page, by its operationId. */
export const operations = {
  showOverview: showOverviewRoute,
  showCostsBy: showCostsByRoute,
  showRun: showRunRoute,
  showInvocation: showInvocationRoute,
  showBudgets: showBudgetsRoute,
  setBudgetByForm: setBudgetByFormRoute,
  deleteBudgetByForm: deleteBudgetByFormRoute,
  showChanges: showChangesRoute,
  showPeriods: showPeriodsRoute,
  showPeriod: showPeriodRoute,
  showReconciliation: showReconciliationRoute,
  exportFocusFile: exportFocusFileRoute,
  confirmClose: confirmCloseRoute,
  closePeriodByForm: closePeriodByFormRoute,
  showPrices: showPricesRoute,
  showPriceCard: showPriceCardRoute,
  find: findRoute,
  showSignIn: showSignInRoute,
  signIn: signInRoute,
  signOut: signOutRoute,
} as const;
