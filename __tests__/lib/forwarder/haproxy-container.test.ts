import { bakerProxyConfig, forwarderProxyConfig } from "../../../lib/forwarder/haproxy-config";
import { exampleConfiguration } from "../../../laboratory/examples";
import { objectOf, forwarderObjects } from "../../support/forwarder-objects";

const configuration = exampleConfiguration();
const objects = forwarderObjects(configuration);

test("HAProxy's configuration arrives unchanged", () => {
  expect(objectOf(objects, "ConfigMap", "baker-baker-proxy").data["haproxy.cfg"]).toBe(
    bakerProxyConfig(configuration, configuration.bakers[0]!),
  );
  for (const number of [1, 2]) {
    expect(objectOf(objects, "ConfigMap", `forwarder-${number}-proxy`).data["haproxy.cfg"]).toBe(
      forwarderProxyConfig(configuration),
    );
  }
});

test("the probes request a path of HAProxy's own that its configuration serves", () => {
  const { containers } = objectOf(objects, "Deployment", "forwarder-1").spec.template.spec;
  const { readinessProbe, livenessProbe } = containers.find(({ name }: { name: string }) => name === "proxy");
  for (const { httpGet } of [readinessProbe, livenessProbe]) {
    expect(forwarderProxyConfig(configuration)).toContain(`bind *:${httpGet.port}\n`);
    expect(forwarderProxyConfig(configuration)).toContain(`monitor-uri ${httpGet.path}\n`);
  }
});
