import { Approved } from "../../../cli/deploy/approved";
import { resourceChanges } from "../../../lib/terraform/plan";

const planned = (change: object, more: object = {}) =>
  resourceChanges({
    format_version: "1.2",
    planned_values: {},
    resource_changes: [{ address: "a.b", type: "a", change: { actions: ["update"], ...change }, ...more }],
  })[0]!;

const labels = (value: string) => ({ labels: { team: value } });
const update = planned({ before: labels("one"), after: labels("two"), after_unknown: { labels: {} } });
const create = planned({
  actions: ["create"],
  before: null,
  after: { name: "n", ips: [{ range: "r" }] },
  after_unknown: { link: true, ips: [{ address: true }] },
});
const created = (after: object) =>
  planned({ actions: ["create"], before: null, after: { name: "n", ...after }, after_unknown: {} });

test.each([
  ["the same", update, update, true],
  ["another new value", update, planned({ before: labels("one"), after: labels("three") }), false],
  ["another old value", update, planned({ before: labels("zero"), after: labels("two") }), false],
  ["one more value", update, planned({ before: labels("one"), after: { labels: { team: "two", more: "x" } } }), false],
  ["one value less", update, planned({ before: labels("one"), after: { labels: {} } }), false],
  ["another object", update, planned({ before: labels("one"), after: labels("two") }, { address: "a.c" }), false],
  ["a deposed object", update, planned({ before: labels("one"), after: labels("two") }, { deposed: "d" }), false],
  ["another action", update, planned({ actions: ["delete"], before: labels("one"), after: labels("two") }), false],
  ["what was not known is known now", create, created({ link: "l", ips: [{ range: "r", address: "1" }] }), true],
  ["what was known is different now", create, created({ link: "l", ips: [{ range: "s", address: "1" }] }), false],
  ["an element more", create, created({ link: "l", ips: [{ range: "r" }, { range: "q" }] }), false],
])("%s: %#", (_, then, now, expected) => {
  const approved = new Approved();
  expect(approved.has(then)).toBe(false);
  approved.add(then);
  expect(approved.has(now)).toBe(expected);
});
