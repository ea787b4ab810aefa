import { PodMonitoring } from "../../../lib/kubernetes/pod-monitoring";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

test("sets the pods, the metrics that are kept, and what the API server would fill in", () => {
  const stack = stackOf((scope) => {
    new PodMonitoring(scope, "metrics", {
      namespace: "farm",
      name: "things",
      selector: { "app.kubernetes.io/name": "thing" },
      portName: "metrics",
      path: "/metrics",
      parameters: { scope: "server" },
      intervalSeconds: 5,
      podLabel: { from: "app.kubernetes.io/instance", to: "thing" },
      relabelings: [{ action: "replace", sourceLabels: ["proxy"], regex: "health-(.+)", targetLabel: "signer" }],
    });
  });
  expect(resource(stack, "kubernetes_manifest").manifest).toEqual({
    apiVersion: "monitoring.googleapis.com/v1",
    kind: "PodMonitoring",
    metadata: { namespace: "farm", name: "things" },
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/name": "thing" } },
      endpoints: [
        {
          port: "metrics",
          path: "/metrics",
          params: { scope: ["server"] },
          interval: "5s",
          metricRelabeling: [
            { action: "replace", sourceLabels: ["proxy"], regex: "health-(.+)", targetLabel: "signer" },
          ],
        },
      ],
      targetLabels: { metadata: ["pod"], fromPod: [{ from: "app.kubernetes.io/instance", to: "thing" }] },
    },
  });
});
