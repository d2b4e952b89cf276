import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rewriteHooksUrl } from "#hosts/n8n/rewrite-hooks-url.ts";

const shipped = readFileSync(join(import.meta.dirname, "../../../workflows/error-handler.json"), "utf8");
const urlsOf = (text: string) => text.match(/https?:[^"]*/g);

describe("rewriteHooksUrl", () => {
  it("puts the address in place of the one that the error workflow ships with", () => {
    expect(urlsOf(rewriteHooksUrl("https://hooks.example.com/rainwire/")(shipped))).toEqual([
      "https://hooks.example.com/rainwire",
    ]);
  });

  it.each(["", "hooks", "ftp://127.0.0.1/hooks"])("refuses “%s”", (url) => {
    expect(() => rewriteHooksUrl(url)).toThrow(/is no http\(s\) URL: set HOOKS_URL/);
  });
});
