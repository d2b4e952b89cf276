import { z } from "@hono/zod-openapi";
import { actorOf } from "#shared/accounts/principal.ts";
import { boundsOf } from "#shared/costs/budgets/days.ts";
import { type CostSummary, costSummary } from "#shared/costs/read-costs.ts";
import { readReconciliation } from "#shared/costs/reconcile/read-reconciliation.ts";
import type { Reconciliation } from "#shared/costs/reconcile/statement.ts";
import { closeCostPeriod } from "#shared/http/close-cost-period.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge, FORM } from "#shared/http/edge.ts";
import { PeriodParam } from "#shared/http/focus-answer.ts";
import { orProblem, ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { Amount } from "./parts/amount.tsx";
import { Completeness } from "./parts/completeness.tsx";
import { placesFor } from "./parts/figures.ts";
import { Page } from "./parts/page.tsx";
import { STATUS_WORDS } from "./parts/status-words.ts";
import { linkTo } from "./paths.ts";
import { senderOf } from "./session-form.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const confirmCloseRoute = defineRoute({
  operationId: "confirmClose",
  summary: "What closing a month means, before it is done",
  tags: ["Pages"],
  scope: "finance:close",
  problems: ["not_found"],
  method: "get",
  path: "/periods/{period}/close",
  request: { params: PeriodParam },
  responses: { 200: htmlAnswer("A page with the form.") },
});

export const closePeriodByFormRoute = defineRoute({
  operationId: "closePeriodByForm",
  summary: "Close a month",
  tags: ["Forms"],
  scope: "finance:close",
  problems: ["period_closed", "period_running", "not_found"],
  method: "post",
  path: "/periods/{period}/close",
  request: {
    params: PeriodParam,
    body: {
      required: true,
      content: { [FORM]: { schema: z.object({ token: z.string(), isCompared: z.literal("yes") }) } },
    },
  },
  responses: { 303: { description: "Closed; to the month's page." } },
});

export const registerClosePeriod = (edge: Edge): void => {
  edge.openapi(confirmCloseRoute, async (c) => {
    const { period } = c.req.valid("param");
    const reader = costReaderOf(c);
    const [summary, reconciliation, viewer] = await Promise.all([
      costSummary(reader, boundsOf(period)),
      readReconciliation(reader.db, period),
      viewerOf(c),
    ]);
    if (viewer.formToken === undefined)
      throw new ProblemError(fail("scope_missing", "A form needs a person's session."));
    const page = <ConfirmClose {...{ viewer, period, summary, reconciliation, token: viewer.formToken }} />;
    return c.html(page, 200, await pageHeaders());
  });
  edge.openapi(closePeriodByFormRoute, async (c) => {
    const { period } = c.req.valid("param");
    const sender = await senderOf(c, c.req.valid("form").token);
    orProblem(await closeCostPeriod(c.get("ctx"), period, actorOf(sender)));
    return c.redirect(linkTo(`/periods/${period}`), 303);
  });
};

interface ConfirmCloseProps {
  viewer: Viewer;
  period: string;
  summary: CostSummary;
  reconciliation: Reconciliation;
  token: string;
}

function ConfirmClose({ viewer, period, summary, reconciliation: { byStatus }, token }: ConfirmCloseProps) {
  const places = placesFor([summary.effectiveCost]);
  const counts = Object.entries(byStatus).filter(([, count]) => count > 0);
  return (
    <Page
      title={`Close ${period}`}
      viewer={viewer}
      place="/periods"
      crumbs={[
        ["Periods", linkTo("/periods")],
        [period, linkTo(`/periods/${period}`)],
      ]}
    >
      <p>
        It is priced for the last time, from the usage that is there now. After that its rows never change: what comes
        later is a correction, beside them, with who and why.
      </p>
      <Completeness summary={summary} />
      <dl class="facts">
        <dt>Effective cost now</dt>
        <dd>
          <Amount value={summary.effectiveCost} places={places} />
        </dd>
        <dt>Not allocated</dt>
        <dd>
          <Amount value={summary.unallocated} places={places} />
        </dd>
        <dt>Beside invoices</dt>
        <dd>
          {counts.length === 0
            ? "nothing to compare"
            : counts
                .map(([status, count]) => `${count} ${STATUS_WORDS[status as keyof typeof STATUS_WORDS]}`)
                .join(", ")}{" "}
          · <a href={linkTo(`/periods/${period}/reconciliation`)}>the statement</a>
        </dd>
      </dl>
      <form method="post" action={linkTo(`/periods/${period}/close`)}>
        <input type="hidden" name="token" value={token} />
        <p>
          <label class="check">
            <input type="checkbox" name="isCompared" value="yes" required /> I have compared {period} with the invoices
          </label>
        </p>
        <p class="paging">
          <button type="submit">Close {period}</button>
          <a href={linkTo(`/periods/${period}`)}>Not yet</a>
        </p>
      </form>
      <p class="dim">It will say that you, {viewer.name}, closed it.</p>
    </Page>
  );
}
