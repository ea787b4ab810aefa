import { SecureNamespace } from "../../../lib/kubernetes/secure-namespace";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

const stack = stackOf((scope) => {
  new SecureNamespace(scope, "namespace", { name: "farm" });
});

test("only admits pods that meet the standard `restricted`", () => {
  const { name, labels } = resource(stack, "kubernetes_namespace_v1").metadata;
  expect(name).toBe("farm");
  expect(labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
});

test("denies all connections to and from all pods, unless another policy allows them", () => {
  const { metadata, spec } = resource(stack, "kubernetes_network_policy_v1");
  expect(metadata.namespace).toMatch(/^\$\{kubernetes_namespace_v1\.namespace_\w+\.metadata\[0]\.name}$/);
  expect(spec).toEqual({ pod_selector: {}, policy_types: ["Ingress", "Egress"] });
});
