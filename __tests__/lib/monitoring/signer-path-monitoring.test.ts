import { bakerMetrics, forwarderMetrics } from "../../../lib/monitoring/signer-metrics";
import { bakerProxyConfig, forwarderProxyConfig } from "../../../lib/forwarder/haproxy-config";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import { matches } from "../../../laboratory/policies/network-policies";
import { synthesise } from "../../../laboratory/synthesis";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

describe.each(exampleFiles)("with %s", (file) => {
  const configuration = exampleConfiguration(undefined, file);
  const objects = bakerObjects(synthesise(configuration));
  const workloads: any[] = objects.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
  const monitored = (name: string): any =>
    objects.find(({ kind, metadata }) => kind === "PodMonitoring" && metadata.name === name);

  test.each([
    ["signer-forwarders", /^forwarder-\d+$/],
    ["baking-nodes", /^baker-/],
  ])("all %s are scraped, at a port that they have, every five seconds", (name, pattern) => {
    const { selector, endpoints } = monitored(name).spec;
    const selected = workloads.filter(({ spec }) => matches(selector, spec.template.metadata.labels));
    const expected = workloads.filter(({ metadata }) => pattern.test(metadata.name));
    expect(expected.length).toBeGreaterThan(0);
    expect(selected).toEqual(expected);
    expect(endpoints).toMatchObject([{ port: "proxy-metrics", path: "/metrics", interval: "5s" }]);
    for (const { spec } of selected) {
      const ports = spec.template.spec.containers.flatMap((container: any) => container.ports ?? []);
      expect(ports).toContainEqual(expect.objectContaining({ name: "proxy-metrics", containerPort: 8404 }));
    }
  });

  test("nothing else is collected", () => {
    const names = (all: KubernetesObject[]) => all.map(({ metadata }) => metadata.name).sort();
    expect(names(objects.filter(({ kind }) => kind === "PodMonitoring"))).toEqual([
      "baking-nodes",
      "signer-forwarders",
    ]);
  });
});

/** A series after relabeling; undefined: dropped. */
function relabelled({ relabelings }: typeof bakerMetrics, labels: Record<string, string>) {
  let result: Record<string, string> | undefined = { __name__: "haproxy_server_status", state: "UP", ...labels };
  for (const { action, sourceLabels, regex, targetLabel } of relabelings) {
    if (!result) return undefined;
    const match = new RegExp(`^(?:${regex})$`).exec(sourceLabels.map((label) => result![label] ?? "").join(";"));
    if (action === "keep") result = match ? result : undefined;
    else if (match) result = { ...result, [targetLabel!]: match[1]! };
  }
  return result;
}

/** Every server of an HAProxy configuration, with its backend. */
function servers(text: string): { proxy: string; server: string }[] {
  return text.split(/^(?=backend |listen )/m).flatMap((section) => {
    const proxy = /^(?:backend|listen) (\S+)/.exec(section)?.[1];
    return proxy ? [...section.matchAll(/^ {2}server (\S+)/gm)].map(([, server]) => ({ proxy, server: server! })) : [];
  });
}

describe("which servers of HAProxy are kept", () => {
  const configuration = exampleConfiguration();

  test("at a forwarder: each uplink in the health-check backends", () => {
    const all = servers(forwarderProxyConfig(configuration));
    expect(all.length).toBeGreaterThan(8);
    const kept = all.map((labels) => relabelled(forwarderMetrics, labels)).filter((labels) => labels !== undefined);
    expect(kept.map(({ signer, server }) => `${signer} ${server}`)).toEqual([
      "pi-1 eth0",
      "pi-1 wwan0",
      "pi-2 eth0",
      "pi-2 wwan0",
    ]);
  });

  test("at a baker: each forwarder in the health-check backend", () => {
    const all = servers(bakerProxyConfig(configuration, configuration.bakers[0]!));
    const kept = all.map((labels) => relabelled(bakerMetrics, labels)).filter((labels) => labels !== undefined);
    expect(kept.map(({ forwarder, proxy }) => `${forwarder} ${proxy}`)).toEqual([
      "1 health-forwarders",
      "2 health-forwarders",
    ]);
  });

  test("no other state and no other metric", () => {
    const labels = { proxy: "health-pi-1", server: "eth0" };
    expect(relabelled(forwarderMetrics, labels)).toBeDefined();
    expect(relabelled(forwarderMetrics, { ...labels, state: "DOWN" })).toBeUndefined();
    expect(relabelled(forwarderMetrics, { ...labels, __name__: "haproxy_server_sessions_total" })).toBeUndefined();
  });
});
