import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import { defineRoute, type Edge, type EdgeEnv, FORM } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { isOwnForm } from "./own-form.ts";
import { pageHeaders } from "./page-headers.ts";
import { documentOf } from "./parts/page.tsx";
import { linkTo, safeNext } from "./paths.ts";

export const showSignInRoute = defineRoute({
  operationId: "showSignIn",
  summary: "The page to sign in at",
  tags: ["Signing in"],
  scope: "public",
  method: "get",
  path: "/sign-in",
  request: { query: z.object({ next: z.string().max(2000).optional() }) },
  responses: { 200: { description: "A page.", content: { "text/html": { schema: z.string() } } } },
});

export const signInRoute = defineRoute({
  operationId: "signIn",
  summary: "Sign in with e-mail and password",
  tags: ["Signing in"],
  scope: "public",
  problems: ["scope_missing"],
  method: "post",
  path: "/sign-in",
  request: {
    body: {
      required: true,
      content: {
        [FORM]: {
          schema: z.object({ email: z.string().max(320), password: z.string().max(200), next: z.string().optional() }),
        },
      },
    },
  },
  responses: {
    303: { description: "Signed in; to the page that was asked for." },
    400: { description: "Not signed in: the page says why.", content: { "text/html": { schema: z.string() } } },
  },
});

export const registerSignIn = (edge: Edge): void => {
  edge.openapi(showSignInRoute, async (c) => {
    const page = signInPage({ next: safeNext(c.req.valid("query").next) });
    return c.html(await page, 200, await pageHeaders());
  });
  edge.openapi(signInRoute, async (c) => {
    const { email, password, next } = c.req.valid("form");
    if (!isOwnForm(c)) throw new ProblemError(fail("scope_missing", "This form was sent from another site."));
    const answer = await askAuth(c, "/sign-in/email", { email, password });
    if (answer.ok) {
      for (const cookie of answer.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
      return c.redirect(safeNext(next), 303);
    }
    const page = signInPage({ next: safeNext(next), email, problem: PROBLEMS[answer.status] ?? WRONG });
    return c.html(await page, 400, await pageHeaders());
  });
};

const WRONG = "The e-mail address or the password is not right.";
const PROBLEMS: Readonly<Record<number, string>> = {
  429: "There were too many attempts from here. Wait a minute, then try again.",
  500: "Signing in does not work just now. Try again.",
};

/** Asks better-auth as a browser on our own pages would: limits on attempts and its hooks apply. */
export async function askAuth(c: Context<EdgeEnv>, path: string, body: object): Promise<Response> {
  const { auth, publicUrl } = c.get("ctx");
  const { origin } = new URL(publicUrl);
  const headers = new Headers({ "content-type": "application/json", origin });
  for (const name of ["cookie", "user-agent", ADDRESS_HEADER]) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  return await auth.handler(
    new Request(`${origin}/api/auth${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
  );
}

const signInPage = ({ next, email, problem }: { next: string; email?: string; problem?: string }) =>
  documentOf(
    "Sign in",
    <main class="narrow">
      <h1>Rainwire costs</h1>
      <p class="lead">Sign in to read what was spent, on what, and why.</p>
      {problem === undefined ? (
        ""
      ) : (
        <div class="banner alarm" role="alert">
          <p>{problem}</p>
        </div>
      )}
      <form method="post" action={linkTo("/sign-in")}>
        <input type="hidden" name="next" value={next} />
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" autocomplete="username" required value={email} />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <button type="submit">Sign in</button>
      </form>
    </main>,
  );
