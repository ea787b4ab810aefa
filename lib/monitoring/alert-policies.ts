import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import type { ProjectServices } from "../gke/services";
import { escapeTerraform } from "../terraform/escape";
import { alerts, evaluationSeconds } from "./alerts";

export interface AlertPoliciesProps {
  readonly configuration: Configuration;
  /** In Google Cloud. */
  readonly labels: Record<string, string>;
  readonly services: ProjectServices;
}

/**
 * The alerts as policies of Cloud Monitoring, and who gets an e-mail of each. They are evaluated by Google and not in
 * the cluster: they come also when that is gone.
 */
export class AlertPolicies extends Construct {
  constructor(scope: Construct, id: string, props: AlertPoliciesProps) {
    super(scope, id);
    const { configuration, labels } = props;
    const dependsOn = [...props.services.enabled];
    const channels = configuration.alerts.emails.map(
      (email) =>
        new MonitoringNotificationChannel(this, email, {
          displayName: `${configuration.name}: ${email}`,
          type: "email",
          labels: { email_address: email },
          userLabels: labels,
          // Who is taken off the list is taken off the policies by it; otherwise Google refuses while one names him.
          forceDelete: true,
          dependsOn,
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
              // The policies are made before the cluster whose metrics they ask for.
              disableMetricValidation: true,
            },
          },
        ],
        documentation: { content: escapeTerraform(alert.documentation), mimeType: "text/markdown" },
        alertStrategy: {
          // As soon as it is over it is closed; this is for a query that can't be evaluated. It is the shortest there is.
          autoClose: "1800s",
          // The end is news as well.
          notificationPrompts: ["OPENED", "CLOSED"],
        },
        notificationChannels: channels.map(({ id }) => id),
        userLabels: labels,
        dependsOn,
      });
    }
  }
}
