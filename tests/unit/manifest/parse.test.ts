import { describe, expect, it } from "vitest";
import { createDiagnosticLog } from "#hosts/manifest/diagnostics.ts";
import { parse } from "#hosts/manifest/parse.ts";
import { findings, inApplication } from "./findings.ts";

const ROOT_ACCEPTS =
  "Accepted here: blocks service, mcp_service, actor, observer, queue, task, bucket, smartbucket, smartmemory, " +
  "smartsql, kv_cache, vector_index, sql_database, env";

describe("parse", () => {
  it("gives every block, label, attribute and value with its place", () => {
    const text = '# top\napplication "demo" { // trailing\n  task "t" {\n    cron="0 9 * * *"\n  }\n}\n';
    expect(parse(text, createDiagnosticLog("m"))).toEqual({
      attributes: [],
      blocks: [
        {
          keyword: "application",
          at: { line: 2, column: 1 },
          labels: [{ value: "demo", at: { line: 2, column: 13 } }],
          attributes: [],
          blocks: [
            {
              keyword: "task",
              at: { line: 3, column: 3 },
              labels: [{ value: "t", at: { line: 3, column: 8 } }],
              attributes: [
                {
                  name: "cron",
                  at: { line: 4, column: 5 },
                  value: { kind: "string", value: "0 9 * * *", at: { line: 4, column: 10 } },
                },
              ],
              blocks: [],
            },
          ],
        },
      ],
    });
  });

  it("reads every kind of value, lists over several lines and with a last comma too", () => {
    const log = createDiagnosticLog("m");
    const { attributes } = parse('a = "q\\"\\\\ // no comment"\nb = -1.5\nc = [\n  true,\n  [false],\n]\n', log);
    expect(attributes.map(({ value }) => value)).toEqual([
      { kind: "string", value: 'q"\\ // no comment', at: { line: 1, column: 5 } },
      { kind: "number", value: -1.5, at: { line: 2, column: 5 } },
      {
        kind: "list",
        at: { line: 3, column: 5 },
        items: [
          { kind: "boolean", value: true, at: { line: 4, column: 3 } },
          {
            kind: "list",
            at: { line: 5, column: 3 },
            items: [{ kind: "boolean", value: false, at: { line: 5, column: 4 } }],
          },
        ],
      },
    ]);
    expect(log.sorted()).toEqual({ errors: [], warnings: [] });
  });

  it("accepts one-line blocks, a brace on the next line, Windows line ends and a byte order mark", () => {
    const text = '\ufeffapplication "demo"\r\n{\r\n  kv_cache "a" {}\r\n  service "s" { visibility="public" }\r\n}\r\n';
    expect(findings(text)).toEqual({ errors: [], warnings: [] });
  });
});

describe("a bad line", () => {
  it.each([
    ["queue jobs {}", 'm:2:7: names stand in double quotes: write "jobs"'],
    ["queue 'jobs' {}", 'm:2:7: strings take double quotes: write "jobs"'],
    ['queue "jobs {}', 'm:2:7: this string is not closed; end it with " on the same line'],
    ['queue "jobs"', 'm:2:13: expected "{" after queue, found the end of the line'],
    ['queue: "jobs"', 'm:2:6: expected "=" and a value, or "{" after queue, found ":"'],
    ['"jobs" {}', 'm:2:1: expected an attribute or a block, found the string "jobs"'],
    [
      "/* two\nlines */",
      "m:2:1: comments run from // or # to the end of the line; /* … */ is not part of the language",
    ],
  ])("%s", (line, message) => {
    const text = inApplication(line, 'kv_cache "after" {}', "broken");
    const rest = text.split("\n").length - 1;
    expect(findings(text).errors).toEqual([
      message,
      `m:${rest}:7: expected "=" and a value, or "{" after broken, found the end of the line`,
    ]);
  });

  it.each([
    ["public", 'm:3:16: "public" is not a value; a string stands in double quotes'],
    ["30s", 'm:3:16: "30s" is not a value; a string stands in double quotes'],
    ['"public",', 'm:3:24: expected the end of the line after this value, found ","'],
    [
      "",
      "m:3:15: expected a value (a string in double quotes, a number, true, false or a list), found the end of the line",
    ],
    ['["a" "b"]', 'm:3:21: expected "," or "]" in this list, found the string "b"'],
    ["{ a = 1 }", 'm:3:16: a value cannot be "{ … }"; write a block without "="'],
    [
      "<<END\ntext\nEND",
      "m:3:16: heredocs are not part of the language; write the text as one string in double quotes",
    ],
    ['"a\\d"', "m:3:16: unknown escape \\d in this string; known are \\\" \\' \\\\ \\n \\t \\r"],
  ])("is reported without disturbing what follows: visibility = %s", (value, message) => {
    const { errors } = findings(inApplication('service "s" {', `  visibility = ${value}`.trimEnd(), "}", "oops = 1"));
    expect(errors[0]).toBe(message);
    expect(errors.at(-1)).toMatch(/^m:\d+:1: unknown attribute oops in application "demo"/);
  });

  it("warns of two attributes on one line", () => {
    expect(findings(inApplication('task "t" { type = "cron" cron = "* * * * *" }'))).toEqual({
      errors: [],
      warnings: ["m:2:26: cron stands on the line of another attribute; give it a line of its own"],
    });
  });

  it('warns of "${": nothing is put in its place', () => {
    const text = inApplication('env "A" { default = "$' + '{B}" }');
    expect(findings(text)).toEqual({
      errors: [],
      warnings: ['m:2:21: "${" is kept as written: the language has no variables and no interpolation'],
    });
  });

  it("stops at absurd nesting instead of exhausting the stack", () => {
    const { errors } = findings(inApplication(`a = ${"[".repeat(100_000)}`));
    expect(errors).toContain("m:2:36: lists are nested too deeply to be meant");
  });
});

describe("braces", () => {
  it("names the block that lacks its brace, and still checks the rest", () => {
    const text = [
      'application "a" {',
      '  service "api" {',
      '    visibility = "public"',
      "",
      "  oops {",
      "  }",
      "}",
    ].join("\n");
    expect(findings(text).errors).toEqual([
      'm:2:3: this service block is never closed; a "}" is missing before line 5',
      `m:5:3: unknown block oops in application "a". ${ROOT_ACCEPTS}`,
    ]);
  });

  it("names several such blocks", () => {
    const text = 'application "a" {\n  service "b" {\n  service "c" {\n}';
    expect(findings(text).errors).toEqual([
      'm:2:3: this service block is never closed; a "}" is missing before line 3',
      'm:3:3: this service block is never closed; a "}" is missing before line 4',
    ]);
  });

  it("says that the application itself is not closed", () => {
    expect(findings('application "a" {\n  service "b" {}\n').errors).toEqual([
      'm:1:1: this application block is never closed; a "}" is missing before the end of the file',
    ]);
  });

  it("reports one brace too many where it stands", () => {
    expect(findings('application "a" {\n}\n}\n').errors).toEqual([
      'm:3:1: this "}" closes nothing; remove it, or look for a "{" that is missing above',
    ]);
  });
});
