import { expect, it } from "vitest";
import { replaceSection } from "../../../bench/report/generated-section.ts";

const PAGE = `# Page

By hand.

<!-- bench:x: what follows is written by it -->

old

<!-- bench:x: until here -->

By hand, too.
`;

const NEXT = `# Page

By hand.

<!-- bench:x: what follows is written by it -->

new
newer

<!-- bench:x: until here -->

By hand, too.
`;

it("replaces what stands between the markers and nothing else, as often as it is written", () => {
  const once = replaceSection(PAGE, "bench:x", ["new", "newer"]);
  expect(once).toBe(NEXT);
  expect(replaceSection(once, "bench:x", ["new", "newer"])).toBe(NEXT);
});

it.each([
  ["there are none", "# Page\n"],
  ["the end is missing", PAGE.replace("<!-- bench:x: until here -->", "")],
  ["they stand there twice", PAGE + PAGE],
])("refuses a page where %s", (_, page) => {
  expect(() => replaceSection(page, "bench:x", [])).toThrow(/must stand there once/);
});

it("refuses markers in the wrong order", () => {
  const [begin, end] = PAGE.match(/<!--.*-->/g) ?? [];
  expect(() => replaceSection(`${end}\n${begin}\n`, "bench:x", [])).toThrow(/wrong order/);
});
