import { apartFrom, workloadLabels } from "../../../lib/kubernetes/labels";

test("pods are selected by what they are and which one they are; the role is a label beside it", () => {
  const { labels, selector } = workloadLabels("private", "baking-node", "main");
  expect(selector).toEqual({ "app.kubernetes.io/name": "baking-node", "app.kubernetes.io/instance": "main" });
  expect(labels).toEqual({
    ...selector,
    "app.kubernetes.io/part-of": "hodl-farm",
    "hodl.farm/role": "private",
  });
});

test("apart from a role means: not on a VM that runs one", () => {
  const term = (role: string) => ({
    topologyKey: "kubernetes.io/hostname",
    labelSelector: [{ matchLabels: { "hodl.farm/role": role } }],
  });
  // A term for each: within one term, all labels of it would have to match.
  expect(apartFrom(["public", "dal"])).toEqual([term("public"), term("dal")]);
});
