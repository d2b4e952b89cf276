import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { costOfInvocation, type InvocationCost } from "#shared/costs/read-costs.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { IdParam } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { NotMeasured } from "./parts/amount.tsx";
import { ItemTable } from "./parts/item-table.tsx";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showInvocationRoute = defineRoute({
  operationId: "showInvocation",
  summary: "One invocation: what it used, and what each of it cost by which price",
  tags: ["Pages"],
  scope: "usage:read",
  problems: ["not_found"],
  method: "get",
  path: "/invocations/{id}",
  request: { params: IdParam },
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowInvocation = (edge: Edge) =>
  edge.openapi(showInvocationRoute, async (c) => {
    const reader = costReaderOf(c);
    const cost = await costOfInvocation(reader, c.req.valid("param").id);
    if (!cost) throw new ProblemError(fail("not_found", "There is no invocation of this id, or its record is gone."));
    const names = await tenantNames(reader.db, [cost.tenantId]);
    const page = <Invocation cost={cost} names={names} viewer={await viewerOf(c)} />;
    return c.html(page, 200, await pageHeaders());
  });

function Invocation({
  cost,
  names,
  viewer,
}: {
  cost: InvocationCost;
  names: ReadonlyMap<string, string>;
  viewer: Viewer;
}) {
  const crumbs = [
    ["Overview", linkTo("")] as const,
    ...(cost.executionId === null ? [] : [["Workflow run", linkTo(`/runs/${cost.executionId}`)] as const]),
  ];
  return (
    <Page title={`Invocation of ${cost.function}`} viewer={viewer} place="/by/function" crumbs={crumbs}>
      <p class="lead id">{cost.invocationId}</p>
      <dl class="facts">
        <dt>Started</dt>
        <dd>{cost.startedAt.replace("T", " ").replace("Z", " UTC")}</dd>
        <dt>Started by</dt>
        <dd>{TRIGGERS[cost.trigger] ?? cost.trigger}</dd>
        <dt>Outcome</dt>
        <dd>{cost.outcome.replace("_", " ")}</dd>
        <dt>Tenant</dt>
        <dd>{cost.tenantId === null ? "The platform’s own" : (names.get(cost.tenantId) ?? cost.tenantId)}</dd>
        <dt>Workflow</dt>
        <dd>{cost.workflowId ?? "–"}</dd>
        <dt>Wall time</dt>
        <dd>{cost.wallMs.toFixed(1)} ms</dd>
        <dt>CPU time</dt>
        <dd>
          {cost.cpuMs === null ? (
            <NotMeasured />
          ) : (
            <>
              {cost.cpuMs.toFixed(2)} ms <span class="evidence">{cost.cpuEvidence}</span>
            </>
          )}
        </dd>
      </dl>
      <h2>What it cost</h2>
      <ItemTable items={cost.items} />
    </Page>
  );
}

const TRIGGERS: Readonly<Record<string, string>> = {
  http: "a request",
  message: "a queue message",
  tick: "the clock",
  call: "another service",
};
