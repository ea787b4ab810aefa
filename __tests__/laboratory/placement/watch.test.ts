import { Places } from "../../../laboratory/placement/watch";

const pod = (uid: string, role: string, nodeName?: string, instance = "it", phase = "Running") => ({
  metadata: { uid, name: uid, labels: { "hodl.farm/role": role, "app.kubernetes.io/instance": instance } },
  spec: { nodeName },
  status: { phase },
});

function brokenBy(...events: [string, ReturnType<typeof pod>][]): string[] {
  const places = new Places();
  for (const [type, object] of events) places.see({ type, object });
  return [...places.broken];
}

test("sees a public and a baking pod on one VM, for however short a time", () => {
  const [open, own] = [pod("a", "public", "vm"), pod("b", "baking", "vm")];
  expect(brokenBy(["ADDED", open], ["ADDED", own], ["DELETED", open])).toEqual(["b and a shared vm"]);
  expect(brokenBy(["ADDED", open], ["DELETED", open], ["ADDED", own])).toEqual([]);
  expect(brokenBy(["ADDED", pod("a", "dal", "vm")], ["ADDED", own])).toHaveLength(1);
});

test("sees two pods of one baker, and not one of each of two, nor one that waits", () => {
  const first = pod("a", "baking", "vm-1");
  expect(brokenBy(["ADDED", first], ["ADDED", pod("b", "baking", "vm-2")])).toEqual(["two pods of baker it had a VM"]);
  expect(brokenBy(["ADDED", first], ["ADDED", pod("b", "baking", "vm-2", "other")])).toEqual([]);
  expect(brokenBy(["ADDED", first], ["ADDED", pod("b", "baking")])).toEqual([]);
  expect(
    brokenBy(["ADDED", pod("a", "baking", "vm-1", "it", "Failed")], ["ADDED", pod("b", "baking", "vm-2")]),
  ).toEqual([]);
});
