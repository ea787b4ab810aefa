import { twins } from "../../../cli/deploy/doubled-alerts";

const inState = (type: string, values: object) => ({
  address: `${type}.x`,
  mode: "managed" as const,
  type,
  values: { ...values },
});
const state = [
  inState("google_monitoring_alert_policy", { name: "projects/p/alertPolicies/1", display_name: "farm: down" }),
  inState("google_monitoring_notification_channel", {
    name: "projects/p/notificationChannels/2",
    display_name: "farm: me@example.com",
    labels: { email_address: "me@example.com" },
  }),
];
const userLabels = { "managed-by": "terraform" };
const policy = {
  name: "projects/7/alertPolicies/3",
  displayName: "farm: down",
  userLabels,
  conditions: [{ conditionPrometheusQueryLanguage: { ruleGroup: "farm" } }],
};
const channel = {
  name: "projects/7/notificationChannels/4",
  displayName: "farm: me@example.com",
  userLabels,
  labels: { email_address: "me@example.com" },
};

test("a policy and a channel that exist twice", () => {
  expect(twins("farm", [policy, channel], state)).toEqual([policy, channel]);
});

test.each([
  ["the policy in the state, with the project's number", { ...policy, name: "projects/7/alertPolicies/1" }],
  ["a copy that somebody made and named", { ...policy, displayName: "Copy of farm: down" }],
  ["one without Terraform's label", { ...policy, userLabels: {} }],
  ["one of another deployment", { ...policy, conditions: [] }],
  ["somebody's own channel", { ...channel, displayName: "farm: Slack of the night shift", labels: {} }],
  ["a channel to another address", { ...channel, labels: { email_address: "you@example.com" } }],
  ["a channel without an address", { ...channel, labels: {} }],
])("%s is no twin", (_, other) => expect(twins("farm", [other], state)).toEqual([]));

test("what has no twin in the state stays", () => expect(twins("farm", [policy, channel], [])).toEqual([]));
