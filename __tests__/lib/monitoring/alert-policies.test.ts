import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { alerts } from "../../../lib/monitoring/alerts";
import { exampleConfiguration } from "../../../laboratory/examples";
import { resource } from "../../support/stacks";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";

/** By address. */
const policiesOf = (stack: StackJson): StackJson[] => Object.values(stack.resource.google_monitoring_alert_policy);
const byId = (one: { id: string }, other: { id: string }) => one.id.localeCompare(other.id);
const channelsOf = (stack: StackJson): [string, StackJson][] =>
  Object.entries(stack.resource.google_monitoring_notification_channel ?? {});
const platformOf = (change?: (input: ConfigurationInput) => void) => synthesise(exampleConfiguration(change)).platform;

describe("with two addresses", () => {
  const emails = ["one@farm.example", "other@farm.example"];
  const stack = platformOf((input) => {
    input.alerts = { emails };
    input.labels = { "cost-centre": "baking" };
  });
  const configuration = exampleConfiguration();

  test("each alert is a policy, evaluated at the shortest interval, and valid before any metric exists", () => {
    expect(
      policiesOf(stack).map(({ display_name, severity, combiner, conditions }) => {
        return { display_name, severity, combiner, conditions };
      }),
    ).toEqual(
      alerts(configuration)
        .sort(byId)
        .map(({ title, severity, query, forSeconds, rule }) => ({
          display_name: title,
          severity: severity.toUpperCase(),
          combiner: "OR",
          conditions: [
            {
              display_name: title,
              condition_prometheus_query_language: {
                query,
                duration: `${forSeconds}s`,
                evaluation_interval: "30s",
                alert_rule: rule,
                rule_group: "hodl-farm",
                disable_metric_validation: true,
              },
            },
          ],
        })),
    );
  });

  test("each policy notifies all recipients when it opens and when it closes, and says what to do", () => {
    expect(channelsOf(stack).map(([, { type, labels }]) => [type, labels.email_address])).toEqual(
      emails.map((email) => ["email", email]),
    );
    const ids = channelsOf(stack).map(([name]) => `\${google_monitoring_notification_channel.${name}.id}`);
    for (const policy of policiesOf(stack)) {
      expect(policy.notification_channels).toEqual(ids);
      expect(policy.alert_strategy.notification_prompts).toEqual(["OPENED", "CLOSED"]);
      expect(policy.documentation).toEqual({
        content: expect.stringContaining("signer-doctor"),
        mime_type: "text/markdown",
      });
    }
  });

  test("all have the configuration's labels", () => {
    for (const body of [...policiesOf(stack), ...channelsOf(stack).map(([, channel]) => channel)]) {
      expect(body.user_labels).toEqual({ "managed-by": "terraform", "cost-centre": "baking" });
    }
  });

  test("policies are created after the cluster, and channels when the API is enabled", () => {
    for (const { depends_on } of policiesOf(stack))
      expect(depends_on).toEqual([expect.stringMatching(/^google_container_cluster\./)]);
    for (const [, { depends_on }] of channelsOf(stack)) {
      expect(depends_on).toContainEqual(expect.stringContaining("services_monitoring"));
      // Whatever a channel depends on has to be created before it is destroyed too.
      expect(depends_on.join()).not.toContain("google_container_cluster");
    }
  });

  test("a new recipient is notified before the old one no longer is", () => {
    for (const [, channel] of channelsOf(stack)) expect(channel.lifecycle).toEqual({ create_before_destroy: true });
  });
});

test("without an address the policies still exist, for Google's console", () => {
  const stack = platformOf((input) => delete input.alerts);
  expect(policiesOf(stack)).toHaveLength(3);
  expect(channelsOf(stack)).toEqual([]);
  expect(resource(stack, "google_monitoring_alert_policy", "severity", "CRITICAL").notification_channels).toEqual([]);
});

test("an address keeps its channel when another one is removed", () => {
  const addressOf = (emails: string[]) =>
    channelsOf(platformOf((input) => (input.alerts = { emails }))).map(([name]) => name);
  expect(addressOf(["a@b.example", "c@d.example"])).toContain(addressOf(["c@d.example"])[0]);
});
