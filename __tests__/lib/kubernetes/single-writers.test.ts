import { SingleWriters } from "../../../lib/kubernetes/single-writers";
import { stackOf } from "../../support/construct";

/* eslint-disable @typescript-eslint/no-explicit-any -- Terraform's JSON, read by path */

const stack = stackOf(
  (scope) =>
    new SingleWriters(scope, "it", {
      name: "farm-pods",
      namespace: "farm",
      kind: "x",
      claimPrefix: "x-",
      insteadOfForce: "Do that.",
    }),
);
const [policy, binding] = Object.values<any>(stack.resource.kubernetes_manifest).map(({ manifest }) => manifest);

// What it rejects and what it allows is tested with a real API server: __tests__/lib/stacks/second-baker.real.test.ts.
test("only applies to pods of this namespace, and its message tells what to do instead", () => {
  expect(policy.spec.matchConstraints).toMatchObject({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "farm" } },
    resourceRules: [{ resources: ["pods"], operations: ["CREATE", "DELETE"] }],
  });
  expect(policy.spec.validations[0].message).toMatch(/ Do that\.$/);
});

test("is bound, with the action Deny", () => {
  expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ["Deny"] });
});
