import { html, raw } from "hono/html";
import type { Child, PropsWithChildren } from "hono/jsx";
import { linkTo } from "../paths.ts";
import type { Viewer } from "../viewer.ts";
import { STYLE } from "./style.ts";

/** A whole document, for `c.html()`. */
export const documentOf = (title: string, body: Child) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Rainwire costs</title>
<style>${raw(STYLE)}</style>
</head>
${<body>{body}</body>}
</html>`;

export const SignOut = () => (
  <form method="post" action={linkTo("/sign-out")}>
    <button class="plain" type="submit">
      Sign out
    </button>
  </form>
);

interface Place {
  path: string;
  label: string;
  /** Only for who reads all tenants' costs. */
  isFinance?: boolean;
}

const PLACES: readonly Place[] = [
  { path: "", label: "Overview" },
  { path: "/by/function", label: "Functions" },
  { path: "/by/tenant", label: "Tenants", isFinance: true },
  { path: "/by/workflow", label: "Workflows" },
  { path: "/by/run", label: "Runs" },
  { path: "/by/day", label: "Days" },
  { path: "/by/provider", label: "Providers" },
  { path: "/by/meter", label: "Meters" },
  { path: "/budgets", label: "Budgets" },
  { path: "/changes", label: "Changes" },
  { path: "/periods", label: "Periods", isFinance: true },
  { path: "/prices", label: "Prices" },
];

interface PageProps {
  title: string;
  viewer: Viewer;
  /** Of the place in the menu that this page belongs to. */
  place: string;
  /** Pages above this one: label and path. */
  crumbs?: readonly (readonly [label: string, href: string])[];
}

/** What every page of a signed-in reader has around it. */
export function Page({ title, viewer, place, crumbs, children }: PropsWithChildren<PageProps>) {
  return documentOf(
    title,
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="bar">
        <div class="top">
          <a class="brand" href={linkTo("")}>
            Rainwire costs
          </a>
          <div class="who">
            <span>
              {viewer.name} · {viewer.isFinance ? "all tenants" : viewer.tenantName}
            </span>
            <SignOut />
          </div>
          <nav class="pages" aria-label="Reports">
            {PLACES.filter(({ isFinance }) => !isFinance || viewer.isFinance).map(({ path, label }) => (
              <a href={linkTo(path)} aria-current={path === place ? "page" : undefined}>
                {label}
              </a>
            ))}
          </nav>
        </div>
      </header>
      <main id="content">
        {crumbs === undefined ? (
          ""
        ) : (
          <nav class="crumbs" aria-label="Where this page is">
            {crumbs.map(([label, href]) => (
              <>
                <a href={href}>{label}</a> ›{" "}
              </>
            ))}
          </nav>
        )}
        <h1>{title}</h1>
        {children}
      </main>
      <footer class="foot">
        Amounts in US dollars, days in UTC. <strong>Effective</strong> cost is a share of the invoices, allowances and
        fees included; <strong>marginal</strong> cost is the quantity at the price of the next unit.
      </footer>
    </>,
  );
}
