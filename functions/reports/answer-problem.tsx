import type { Context } from "hono";
import type { EdgeEnv } from "#shared/http/edge.ts";
import { problemDocument, problemResponse } from "#shared/http/problem.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import { pageHeaders } from "./page-headers.ts";
import { documentOf, SignOut } from "./parts/page.tsx";
import { BASE_PATH, linkTo } from "./paths.ts";

/** A problem document, or for a browser a page that says the same; who is not signed in is led to where that is done. */
export async function answerProblem(
  c: Context<EdgeEnv>,
  failure: Failure,
  headers: Record<string, string> = {},
): Promise<Response> {
  const isBrowser = (c.req.header("accept") ?? "").includes("text/html");
  if (!isBrowser) return problemResponse(c, failure, headers);
  const { status, title, detail, errors } = problemDocument(failure);
  if (status === 401 && c.req.method === "GET") {
    const { search } = new URL(c.req.url);
    return c.redirect(linkTo("/sign-in", { next: `${BASE_PATH}${c.req.path}${search}` }), 303);
  }
  const body = (
    <main class="narrow">
      <h1>{HEADINGS[status] ?? "That did not work"}</h1>
      <p>{title}</p>
      {detail === undefined ? "" : <p>{detail}</p>}
      {errors === undefined ? (
        ""
      ) : (
        <ul>
          {errors.map(({ pointer, detail: why }) => (
            <li>
              <code>{pointer}</code>: {why}
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={linkTo("")}>To the overview</a>
      </p>
      {status === 403 ? <SignOut /> : ""}
      <p class="dim">
        <small>
          Request <code>{c.get("requestId")}</code>
        </small>
      </p>
    </main>
  );
  const page = documentOf(title, body);
  return await c.html(page, status as 400, { ...headers, ...(await pageHeaders()) }); // safe: an answer with a body
}

const HEADINGS: Readonly<Record<number, string>> = {
  401: "You are not signed in",
  403: "This is not open to you",
  404: "There is nothing here",
  422: "The address or the form is not right",
  500: "Something went wrong on our side",
  503: "Too busy just now",
};
