import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import type { ProjectServices } from "../gke/services";
import { escapeTerraform } from "../terraform/escape";
import { alerts, evaluationSeconds } from "./alerts";

export interface AlertPoliciesProps {
  readonly configuration: Configuration;
  /** Labels of the policies and channels in Google Cloud. */
  readonly labels: Record<string, string>;
  readonly services: ProjectServices;
  /** What sends the metrics. Policies that are older than it would report that nothing is signed. */
  readonly cluster: ITerraformDependable;
}

/**
 * The alerts as Cloud Monitoring policies, and an e-mail channel for each recipient. Google evaluates them outside the
 * cluster, so they fire even when the cluster is down.
 */
export class AlertPolicies extends Construct {
  constructor(scope: Construct, id: string, props: AlertPoliciesProps) {
    super(scope, id);
    const { configuration, labels } = props;
    const channels = configuration.alerts.emails.map(
      (email) =>
        new MonitoringNotificationChannel(this, email, {
          displayName: `${configuration.name}: ${email}`,
          type: "email",
          labels: { email_address: email },
          userLabels: labels,
          // Removes the channel from the policies too. Without it, Google refuses to delete a channel that is in use.
          // https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels/delete
          forceDelete: true,
          // A recipient's new channel is in the policies before the old one is deleted. Otherwise an apply that ends in
          // between would leave the alerts without a recipient.
          lifecycle: { createBeforeDestroy: true },
          // Not on the cluster, which would then have to be created before it is destroyed too.
          dependsOn: [...props.services.enabled],
        }),
    );
    for (const alert of alerts(configuration)) {
      new MonitoringAlertPolicy(this, alert.id, {
        displayName: alert.title,
        severity: alert.severity.toUpperCase(),
        combiner: "OR",
        conditions: [
          {
            displayName: alert.title,
            conditionPrometheusQueryLanguage: {
              query: escapeTerraform(alert.query),
              duration: `${alert.forSeconds}s`,
              evaluationInterval: `${evaluationSeconds}s`,
              alertRule: alert.rule,
              ruleGroup: configuration.name,
              // The policies are created before the pods that send the metrics.
              disableMetricValidation: true,
            },
          },
        ],
        documentation: { content: escapeTerraform(alert.documentation), mimeType: "text/markdown" },
        alertStrategy: {
          // For incidents without data; all others close when the query returns nothing. The minimum is 30 minutes.
          // https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#AlertStrategy
          autoClose: "1800s",
          // Recipients need to know when it is over too.
          notificationPrompts: ["OPENED", "CLOSED"],
        },
        notificationChannels: channels.map(({ id }) => id),
        userLabels: labels,
        dependsOn: [props.cluster],
      });
    }
  }
}
