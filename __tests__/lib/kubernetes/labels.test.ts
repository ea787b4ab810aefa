import { apartFrom, workloadLabels } from "../../../lib/kubernetes/labels";

test("pods are selected by what they are and which one they are; the role is a label beside it", () => {
  const { labels, selector } = workloadLabels("baking", "baking-node", "main");
  expect(selector).toEqual({ "app.kubernetes.io/name": "baking-node", "app.kubernetes.io/instance": "main" });
  expect(labels).toEqual({
    ...selector,
    "app.kubernetes.io/part-of": "hodl-farm",
    "hodl.farm/role": "baking",
  });
});

test("apart from a role means: not on a VM that runs one", () => {
  const matchExpressions = [{ key: "hodl.farm/role", operator: "In", values: ["public", "dal"] }];
  expect(apartFrom(["public", "dal"])).toEqual([
    { topologyKey: "kubernetes.io/hostname", labelSelector: [{ matchExpressions }] },
  ]);
});
