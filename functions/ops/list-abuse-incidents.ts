import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { AbuseIncident, incidentJson } from "#shared/http/limit-schemas.ts";
import { jsonAnswer, PageQuery, pageOf } from "#shared/http/schemas.ts";
import { listIncidents } from "#shared/limits/incidents.ts";

export const listAbuseIncidentsRoute = defineRoute({
  operationId: "listAbuseIncidents",
  summary: "List the abuse that was noticed, and what was decided",
  tags: ["Limits"],
  scope: "operator:limits",
  method: "get",
  path: "/v1/limits/incidents",
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(AbuseIncident, "AbuseIncidentPage"), "Newest first.") },
});

export const registerListAbuseIncidents = (edge: Edge) =>
  edge.openapi(listAbuseIncidentsRoute, async (c) => {
    const { items, next } = await listIncidents(c.get("ctx").db, c.req.valid("query"));
    return c.json({ items: items.map(incidentJson), next }, 200);
  });
