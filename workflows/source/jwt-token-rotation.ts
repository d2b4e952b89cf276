import type { AgentDefinition } from "./build-workflow.ts";
import { COMPLETE, CONFIG, call, code, config, INPUT, outputOf, route } from "./steps.ts";

const DECISION = outputOf("Decide Rotation");
const keyPath = (step: string): string => `'/v1/signing-keys/' + encodeURIComponent(${INPUT}.keyId) + '/${step}'`;

export const jwtTokenRotation: AgentDefinition = {
  id: "jwt-token-rotation",
  about: `Approves early rotations of the keys that sign access tokens, watches all of them and reports. For operators.

Driven by the events \`tokens.rotation_due\` and \`tokens.rotated\`. Rainwire takes every step at its deadline by itself: without this workflow nothing is late.`,
  work: `Reads the keys, and takes the step that is due if **Config** lets it: a rotation that an operator asked for is refused while the key has signed for less than \`minHoursBetweenRotations\`. Steps that are more than \`lateMinutes\` past their deadline are in the result's \`warnings\`. **To ask a person first**, put an approval before **Choose Step**; the deadline does not wait for it.`,
  llm: `Put a model after **Decide Rotation** that words the result for a chat channel.`,
  steps: [
    config({ minHoursBetweenRotations: 1, lateMinutes: 10 }, "Read Keys"),
    call("Read Keys", { method: "GET", path: "'/v1/signing-keys'" }, { next: "Decide Rotation" }),
    code(
      "Decide Rotation",
      "decide-rotation.js",
      `decideRotation({ input: ${INPUT}, answer: $input.first().json, config: ${CONFIG} })`,
      { next: "Choose Step" },
    ),
    route(
      "Choose Step",
      "$json.action",
      { publish: "Publish Key", promote: "Promote Key", retire: "Retire Key" },
      COMPLETE,
    ),
    call(
      "Publish Key",
      { method: "POST", path: "'/v1/signing-keys'", body: `{ isEarly: ${DECISION}.isEarly }` },
      { next: COMPLETE },
    ),
    call("Promote Key", { method: "POST", path: keyPath("promote") }, { next: COMPLETE, row: 1 }),
    call("Retire Key", { method: "POST", path: keyPath("retire") }, { next: COMPLETE, row: 3 }),
  ],
  result: `${DECISION}.result`,
};
