import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import { podTargets, ruleFile, scrapeConfigs } from "../../../laboratory/stand-ins/managed-prometheus";
import { Prometheus } from "../../../laboratory/stand-ins/prometheus";
import { describeReal } from "../../support/real";
import { synthesise } from "../../../laboratory/synthesis";
import { address, ProxyChain } from "../../../laboratory/forwarder/proxy-chain";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** All checks run at the short interval, so that no test waits for a slow one. */
const unmetered = (input: ConfigurationInput) => {
  for (const uplink of input.signers.flatMap(({ uplinks }) => uplinks)) uplink.metered = false;
};
const configuration = exampleConfiguration(unmetered);
const where = { project_id: "hodl-farm-baking", location: "us-central1", cluster: "hodl-farm" };

/** A workload's pod as the API server would return it; here it listens on a loopback address. */
function podOf(objects: readonly KubernetesObject[], workload: string, podIP: string) {
  const { metadata, spec }: any = objects.find(
    ({ kind, metadata }) => (kind === "Deployment" || kind === "StatefulSet") && metadata.name === workload,
  );
  const { namespace } = metadata;
  const { labels } = spec.template.metadata;
  return {
    metadata: { namespace, name: `${workload}-0`, labels },
    spec: spec.template.spec,
    status: { podIP, phase: "Running" },
  };
}

describeReal("the real HAProxy and Prometheus", { programs: ["haproxy", "prometheus", "curl"], linux: true }, () => {
  let chain: ProxyChain;
  let prometheus: Prometheus;

  beforeAll(async () => {
    chain = new ProxyChain(configuration);
    await chain.start();
    const stacks = synthesise(configuration);
    const objects = bakerObjects(stacks);
    const static_configs = podTargets([
      podOf(objects, "baker-baker", address(0)),
      ...[1, 2].map((number) => podOf(objects, `forwarder-${number}`, address(number))),
    ]);
    const rules = ruleFile(stacks.platform);
    // This test checks what is evaluated, not how often.
    rules.groups[0].interval = "1s";
    prometheus = new Prometheus({
      scrapeConfigs: scrapeConfigs(objects, where, { static_configs }),
      rules,
      address: address(9),
    });
    // A check that times out on a busy host takes its path down until ten more have succeeded.
    await prometheus.until('sum(haproxy_server_status{job="signer-forwarders"}) == 8');
    await prometheus.until('sum(haproxy_server_status{job="baking-nodes"}) == 2');
  }, 150_000);
  afterAll(async () => {
    await prometheus?.end();
    await chain?.stop();
  });

  test("only the few series that the alerts need are kept", () => {
    const one = prometheus.series('haproxy_server_status{forwarder="2", signer="pi-1", server="wwan0"}');
    expect(one).toEqual([
      {
        labels: {
          ...{ __name__: "haproxy_server_status", ...where, namespace: "hodl-farm", job: "signer-forwarders" },
          ...{ forwarder: "2", signer: "pi-1", server: "wwan0", proxy: "health-pi-1", state: "UP" },
          ...{ pod: "forwarder-2-0", instance: "forwarder-2-0:proxy-metrics" },
        },
        value: "1",
      },
    ]);
    expect(prometheus.series('count({job=~".+"})')).toMatchObject([{ value: "25" }]);
  });

  test("nothing fires while everything is up; when both signers go down, only NoSigner fires", async () => {
    await prometheus.until("absent(ALERTS)");
    const begin = Date.now() / 1000;
    await Promise.all(Object.values(chain.tunnels).flatMap((tunnels) => tunnels.map((tunnel) => tunnel.close())));
    await prometheus.until('ALERTS{alertstate="firing"}');
    const fired = prometheus.firings().filter(({ since }) => since > begin);
    expect(fired).toMatchObject([{ rule: "NoSigner", labels: { severity: "critical" } }]);
    // Two checks, a scrape and an evaluation.
    expect(fired[0]!.since - begin).toBeLessThan(15);
  });
});
