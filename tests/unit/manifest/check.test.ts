import { describe, expect, it } from "vitest";
import { findings, inApplication } from "./findings.ts";

const errorsOf = (...lines: string[]) => findings(inApplication(...lines)).errors;
const warningsOf = (...lines: string[]) => findings(inApplication(...lines)).warnings;
const JOBS = ['queue "jobs" {}', 'observer "worker" { source { queue = "jobs" } }'];

describe("the table of the language", () => {
  it("asks for exactly one application", () => {
    expect(findings("").errors).toEqual([
      'm:1:1: a manifest holds exactly one application; write application "name" { … }',
    ]);
    expect(findings('application "a" {}\napplication "b" {}').errors).toEqual([
      "m:2:1: a manifest takes one application; the first is on line 1",
    ]);
    expect(findings('application "a" {}\nkv_cache "b" {}').errors).toEqual([
      'm:2:1: kv_cache stands outside the application; move it inside application "…" { … }',
    ]);
  });

  it("refuses an unknown attribute and says what is accepted and what was meant", () => {
    expect(errorsOf('service "s" {', '  visibilty = "public"', "}")).toEqual([
      'm:3:3: unknown attribute visibilty in service "s" (did you mean visibility?). Accepted here: attributes visibility; blocks domain, env',
    ]);
    expect(errorsOf('smartsql "s" { tier = "x" }')).toEqual([
      'm:2:16: unknown attribute tier in smartsql "s". Nothing is accepted inside smartsql "s"',
    ]);
  });

  it("refuses an unknown block and leaves its inside alone", () => {
    expect(errorsOf('service "s" {', "  compute {", "    memory = 8", "  }", "}")).toEqual([
      'm:3:3: unknown block compute in service "s". Accepted here: attributes visibility; blocks domain, env',
    ]);
    expect(errorsOf('constructor "x" {}')[0]).toMatch(/^m:2:1: unknown block constructor in application "demo"\. /);
  });

  it.each(["binding", "route", "cors", "mem", "ai", "provider", "ttl", "max_batch_size", "visibility_timeout"])(
    "says that %s is often written and not part of the language",
    (word) => {
      const [error, ...more] = errorsOf('kv_cache "c" {', `  ${word} = "x"`, "}");
      expect(error).toMatch(
        new RegExp(`^m:3:3: ${word} is not part of the manifest language: .+\\. Nothing is accepted`),
      );
      expect(more).toEqual([]);
    },
  );

  it("says what to do in place of a trigger, a schedule and a dead letter queue", () => {
    const lines = ["  trigger = 1", '  schedule = "x"', '  source { queue = "jobs" }', "}"];
    expect(errorsOf('queue "jobs" { dead_letter_queue = "x" }', 'observer "o" {', ...lines)).toEqual([
      'm:2:16: dead_letter_queue is not part of the manifest language: cap attempts in the observer and keep what failed there. Nothing is accepted inside queue "jobs"',
      'm:4:3: trigger is not part of the manifest language: an observer is started by its source; pick events with rule { actions = ["PutObject"] }. Accepted here: blocks source',
      'm:5:3: schedule is not part of the manifest language: the clock starts tasks: let a task "name" { … } with its cron send to the queue that an observer reads. Accepted here: blocks source',
    ]);
  });

  it("tells a block from an attribute of the same name", () => {
    expect(errorsOf('kv_cache = "a"')).toEqual(['m:2:1: kv_cache is a block here: write kv_cache "…" { … }']);
    expect(errorsOf('service "s" { visibility {} }')).toEqual([
      "m:2:15: visibility is an attribute here: write visibility = …",
    ]);
  });

  it("counts labels", () => {
    expect(
      errorsOf('kv_cache "a" "b" {}', "service {}", 'observer "o" { source "x" { bucket = "b" } }', 'bucket "b" {}'),
    ).toEqual([
      'm:2:14: kv_cache takes one name; remove "b"',
      'm:3:1: service needs a name: write service "…" { … }',
      'm:4:23: source takes no name; remove "x"',
    ]);
  });

  it.each([
    [
      'service "s" { visibility = "open" }',
      'm:2:28: visibility takes "public" or "protected" or "private", not "open"',
    ],
    [
      'mcp_service "s" { authorization_server = 1 }',
      "m:2:42: authorization_server takes a string in double quotes, not 1",
    ],
    ['env "A" { secret = "yes" }', 'm:2:20: secret takes true or false, not "yes"'],
    ['vector_index "v" { dimensions = 1.5 }', "m:2:33: dimensions takes a whole number above 0, not 1.5"],
    ['vector_index "v" { metric = ["cosine"] }', "m:2:29: metric takes a string in double quotes, not a list"],
  ])("refuses a value of the wrong type: %s", (line, message) => {
    expect(errorsOf(line)).toEqual([message]);
  });

  it("refuses an unknown bucket action at its place in the list", () => {
    const rule = '  rule { actions = ["PutObject", "Put"] }';
    expect(errorsOf('bucket "b" {}', 'observer "o" { source {', '  bucket = "b"', rule, "} }")).toEqual([
      'm:5:34: actions takes "PutObject" or "CopyObject" or "CompleteMultipartUpload" or "DeleteObject" or "LifecycleDeletion", not "Put"',
    ]);
  });

  it("refuses an attribute set twice", () => {
    expect(errorsOf('env "A" {', "  secret = true", "  secret = false", "}")).toEqual([
      "m:4:3: secret is set twice; the first is on line 3",
    ]);
  });

  it("says what a task and an observer lack", () => {
    expect(errorsOf('task "t" {}', 'observer "o" {}')).toEqual([
      'm:2:1: task "t" needs type: write type = "cron"',
      'm:2:1: task "t" needs cron: write cron = "*/5 * * * *"',
      'm:3:1: observer "o" needs source: write source { queue = "…" }',
    ]);
  });
});

describe("names", () => {
  it("refuses one name twice for one kind of block", () => {
    expect(errorsOf('kv_cache "c" {}', 'kv_cache "c" {}', 'env "A" {}', 'env "A" {}')).toEqual([
      'm:3:1: kv_cache "c" is declared twice; the first is on line 2',
      'm:5:1: env "A" is declared twice; the first is on line 4',
    ]);
    expect(errorsOf('service "s" {', '  env "A" {}', '  env "A" {}', "}")).toEqual([
      'm:4:3: env "A" is declared twice; the first is on line 3',
    ]);
  });

  it("lets two services have an env variable of one name", () => {
    expect(findings(inApplication('service "s" { env "A" {} }', 'service "t" { env "A" {} }'))).toEqual({
      errors: [],
      warnings: [],
    });
  });

  it("refuses two blocks that would be one binding", () => {
    expect(errorsOf('kv_cache "my-jobs" {}', 'service "my_jobs" {}')).toEqual([
      'm:3:1: service "my_jobs" and kv_cache "my-jobs" (line 2) would both be env.MY_JOBS; rename one',
    ]);
    expect(errorsOf('kv_cache "token" {}', 'service "s" { env "TOKEN" {} }')).toEqual([
      'm:3:15: env "TOKEN" and kv_cache "token" (line 2) would both be env.TOKEN; rename one',
    ]);
  });

  it("refuses an env name that is not upper snake case", () => {
    expect(errorsOf('env "api-key" {}')).toEqual([
      'm:2:5: "api-key" is no env name: only A-Z, 0-9 and _ are allowed; "API_KEY" would do',
    ]);
  });

  it("refuses a name that leaves its folder", () => {
    expect(errorsOf('service "../x" {}')).toEqual([
      'm:2:9: "../x" cannot name a service: a folder and a binding are made from it, so only letters, digits and - are allowed; "x" would do',
    ]);
  });

  it("warns of odd names", () => {
    expect(findings('application "NudgeAI" {\n  service "old_api" {}\n}')).toEqual({
      errors: [],
      warnings: [
        'm:1:13: "NudgeAI" is an odd name: kebab-case is usual; "nudge-ai" would do',
        'm:2:11: "old_api" is an odd name: kebab-case is usual; "old-api" would do',
      ],
    });
  });

  it("warns where a service's env variable hides the application's", () => {
    expect(warningsOf('env "A" {}', 'service "s" { env "A" {} }')).toEqual([
      'm:3:15: env "A" is declared for the application too; the service sees this one',
    ]);
  });

  it("warns of handlers that Raindrop's layout puts in one folder", () => {
    expect(warningsOf(...JOBS, 'service "worker" {}')).toEqual([
      'm:4:1: service "worker" and observer "worker" (line 3) would share src/worker in the layout of the Raindrop CLI; rename one to deploy there',
    ]);
  });
});

describe("env", () => {
  it("refuses a secret with a default", () => {
    expect(errorsOf('env "A" {', "  secret = true", '  default = "hunter2"', "}")).toEqual([
      'm:4:3: env "A" is a secret and cannot have a default: the manifest is no place for its value; remove the default and set it in the environment',
    ]);
    expect(errorsOf('env "A" {', "  secret = false", '  default = "x"', "}")).toEqual([]);
  });

  it("looks into services too", () => {
    expect(errorsOf('service "s" { env "A" {', "  secret = true", '  default = "x"', "} }")).toHaveLength(1);
  });
});

describe("observers", () => {
  it("refuses a reference to nothing", () => {
    expect(
      errorsOf(...JOBS, 'observer "o" { source { queue = "job" } }', 'observer "p" { source { bucket = "b" } }'),
    ).toEqual([
      'm:4:33: there is no queue "job"; declare queue "job" {} or name one of jobs',
      'm:5:34: there is no bucket "b"; declare bucket "b" {}',
    ]);
    expect(errorsOf('bucket "files" {}', 'observer "o" { source { queue = "files" } }')).toEqual([
      'm:3:33: there is no queue "files"; "files" is a bucket: write bucket = "files"',
    ]);
  });

  it("accepts a reference forward", () => {
    expect(errorsOf('observer "o" { source { queue = "later" } }', 'queue "later" {}')).toEqual([]);
  });

  it("refuses a second observer on a queue, not on a bucket", () => {
    expect(errorsOf(...JOBS, 'observer "o" { source { queue = "jobs" } }')).toEqual([
      'm:4:33: queue "jobs" has an observer already, observer "worker" (line 3); a queue takes one at most',
    ]);
    const onBucket = 'observer "a" { source { bucket = "b" } }\nobserver "c" { source { bucket = "b" } }';
    expect(errorsOf('bucket "b" {}', onBucket)).toEqual([]);
  });

  it("asks for one source that reads one thing", () => {
    expect(errorsOf('queue "q" {}', 'observer "o" { source {} }')).toEqual([
      'm:3:16: a source names what it reads: write queue = "…" or bucket = "…"',
    ]);
    expect(
      errorsOf('queue "q" {}', 'bucket "b" {}', 'observer "o" { source {', ' queue = "q"', ' bucket = "b"', "} }"),
    ).toEqual(["m:6:2: a source reads one thing, and queue is set already; give the other its own observer"]);
    expect(
      errorsOf(...JOBS, 'bucket "b" {}', 'observer "o" {', 'source { bucket = "b" }', 'source { bucket = "b" }', "}"),
    ).toEqual(['m:7:1: observer "o" takes one source; the first is on line 6']);
    expect(
      errorsOf('queue "q" {}', 'observer "o" { source {', ' queue = "q"', ' rule { prefix = "p/" }', "} }"),
    ).toEqual(["m:5:2: a rule picks among a bucket's events; a queue's messages all go to its observer"]);
  });

  it("warns of a smartbucket as source and of a queue without observer", () => {
    expect(warningsOf('smartbucket "s" {}', 'observer "o" { source { bucket = "s" } }', 'queue "my-queue" {}')).toEqual(
      [
        'm:3:34: "s" is a smartbucket; only the events of a bucket are documented as a source',
        'm:4:1: queue "my-queue" has no observer: nobody would handle its messages, so no handler gets env.MY_QUEUE; declare an observer for it or remove it',
      ],
    );
  });
});

describe("cron", () => {
  const cron = (written: string) =>
    findings(inApplication('task "t" {', '  type = "cron"', `  cron = "${written}"`, "}"));

  it.each([
    "* * * * *",
    "0 0,6,12,18 * * *",
    "0 9 * * 1-5",
    "*/15 * * * *",
    "0 0 * * MON",
    "0 0 29 2 *",
    " 0  9 * * * ",
  ])("accepts %j", (written) => {
    expect(cron(written)).toEqual({ errors: [], warnings: [] });
  });

  it.each([
    ["* * * *", "it takes five fields (minute hour day month weekday) and has 4"],
    ["* * * * * *", "it takes five fields (minute hour day month weekday) and has 6"],
    ["", "it takes five fields (minute hour day month weekday) and has 0"],
    ["60 * * * *", "Invalid value for minute: 60"],
    ["0 24 * * *", "Invalid value for hour: 24"],
    ["a b c d e", "configuration entry 1 (a) contains illegal characters."],
    ["0 0 30 2 *", "no date ever matches it"],
    ["? * * * *", '"?" means another thing on every host; write "*"'],
    ["@reboot", "it is no known macro; write five fields: minute hour day month weekday"],
  ])("refuses %j", (written, why) => {
    expect(cron(written).errors).toEqual([`m:4:10: "${written}" is not a cron expression: ${why}`]);
  });

  it("warns of a macro and says what it stands for", () => {
    expect(cron("@daily")).toEqual({
      errors: [],
      warnings: ['m:4:10: not every host knows the macro "@daily"; write "0 0 * * *"'],
    });
  });
});

describe("handlers' files", () => {
  const text = inApplication('service "api" {}', ...JOBS, 'task "t" {', '  type = "cron"', '  cron = "* * * * *"', "}");

  it("misses each one that is in neither layout", () => {
    expect(findings(text, () => false).errors).toEqual([
      'm:2:1: service "api" has no handler: write functions/api/index.ts (or src/api/index.ts)',
      'm:4:1: observer "worker" has no handler: write events/observers/worker/index.ts (or src/worker/index.ts)',
      'm:5:1: task "t" has no handler: write events/tasks/t/index.ts (or src/t/index.ts)',
    ]);
  });

  it("accepts either layout", () => {
    const files = ["functions/api/index.ts", "src/worker/index.ts", "events/tasks/t/index.ts"];
    expect(findings(text, (path) => files.includes(path)).errors).toEqual([]);
  });
});
