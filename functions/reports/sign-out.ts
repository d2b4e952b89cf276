import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { isOwnForm } from "./own-form.ts";
import { linkTo } from "./paths.ts";
import { askAuth } from "./sign-in.tsx";

export const signOutRoute = defineRoute({
  operationId: "signOut",
  summary: "End the session",
  tags: ["Signing in"],
  scope: "public",
  problems: ["scope_missing"],
  method: "post",
  path: "/sign-out",
  responses: { 303: { description: "Ended; to the page to sign in at." } },
});

export const registerSignOut = (edge: Edge) =>
  edge.openapi(signOutRoute, async (c) => {
    if (!isOwnForm(c)) throw new ProblemError(fail("scope_missing", "This form was sent from another site."));
    const answer = await askAuth(c, "/sign-out", {});
    for (const cookie of answer.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
    return c.redirect(linkTo("/sign-in"), 303);
  });
