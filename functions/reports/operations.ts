import { findRoute } from "./find.ts";
import { showCostsByRoute } from "./show-costs-by.tsx";
import { showInvocationRoute } from "./show-invocation.tsx";
import { showOverviewRoute } from "./show-overview.tsx";
import { showRunRoute } from "./show-run.tsx";
import { showSignInRoute, signInRoute } from "./sign-in.tsx";
import { signOutRoute } from "./sign-out.ts";

/** Every page, by its operationId. */
export const operations = {
  showOverview: showOverviewRoute,
  showCostsBy: showCostsByRoute,
  showRun: showRunRoute,
  showInvocation: showInvocationRoute,
  find: findRoute,
  showSignIn: showSignInRoute,
  signIn: signInRoute,
  signOut: signOutRoute,
} as const;
