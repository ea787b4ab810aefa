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

// What it refuses and lets pass is shown by a real API server: __tests__/lib/stacks/second-baker.real.test.ts.
test("is about pods of this namespace alone, and says what to do instead", () => {
  expect(policy.spec.matchConstraints).toMatchObject({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "farm" } },
    resourceRules: [{ resources: ["pods"], operations: ["CREATE", "DELETE"] }],
  });
  expect(policy.spec.validations[0].message).toMatch(/ Do that\.$/);
});

test("is bound, and denies", () => {
  expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ["Deny"] });
});
