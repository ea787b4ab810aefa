import { apartFrom, workloadLabels } from "../../../lib/kubernetes/labels";

test("pods are selected by kind and instance; the role is an additional label", () => {
  const { labels, selector } = workloadLabels("baking", "baking-node", "main");
  expect(selector).toEqual({ "app.kubernetes.io/name": "baking-node", "app.kubernetes.io/instance": "main" });
  expect(labels).toEqual({
    ...selector,
    "app.kubernetes.io/part-of": "hodl-farm",
    "hodl.farm/role": "baking",
  });
});

test("keeps a pod off the VMs of the given roles, by a single term", () => {
  const matchExpressions = [{ key: "hodl.farm/role", operator: "In", values: ["public", "dal"] }];
  expect(apartFrom(["public", "dal"])).toEqual([
    { topologyKey: "kubernetes.io/hostname", labelSelector: [{ matchExpressions }] },
  ]);
});
