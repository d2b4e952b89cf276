/** An action that no workflow of its own does. */
export function describeOther(input, trigger) {
  const action = input.action ?? trigger;
  return {
    content: `The action “${action}” was recorded.`,
    result: {
      action,
      status: "recorded",
      message: `No workflow is made for “${action}”: it was recorded. Map one to it to have it done.`,
    },
  };
}
