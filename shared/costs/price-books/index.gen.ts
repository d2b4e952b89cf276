// Written by `npm run costs -- books --write-index` from the files beside it.
import card0 from "./cloudflare/workers-paid@2024-03-01.json" with { type: "json" };

export const FILES: Readonly<Record<string, unknown>> = {
  "cloudflare/workers-paid@2024-03-01.json": card0,
};
