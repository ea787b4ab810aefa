import { exampleConfiguration } from "../../../laboratory/examples";
import { objectOf, forwarderObjects } from "../../support/forwarder-objects";

const objects = forwarderObjects(exampleConfiguration());
const deployment = objectOf(objects, "Deployment", "forwarder-1");
/** An example; its private half was discarded. */
const anotherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg1FswrCfI7/geh44Th0g5GjWtkfkjaDeVcri6pXYau";
const pod = deployment.spec.template.spec;

test("a forwarder is one pod, deleted before its replacement starts", () => {
  expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
});

test("it runs on the system pool, never on the same VM as another forwarder", () => {
  expect(pod.nodeSelector).toEqual({ "hodl.farm/pool": "system" });
  expect(pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual([
    {
      topologyKey: "kubernetes.io/hostname",
      labelSelector: { matchExpressions: [{ key: "hodl.farm/role", operator: "In", values: ["forwarder"] }] },
    },
  ]);
  expect(pod.topologySpreadConstraints).toMatchObject([{ topologyKey: "topology.kubernetes.io/zone" }]);
  expect(pod.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual({
    "app.kubernetes.io/name": deployment.spec.template.metadata.labels["app.kubernetes.io/name"],
  });
});

test("it leaves a lost VM after 30 s", () => {
  expect(
    pod.tolerations.map((toleration: Record<string, unknown>) => [toleration["key"], toleration["tolerationSeconds"]]),
  ).toEqual([
    ["node.kubernetes.io/not-ready", 30],
    ["node.kubernetes.io/unreachable", 30],
  ]);
});

test("each signer has an sshd, which shares its sockets with the proxy only", () => {
  const seen = pod.containers.map(
    ({ name, volumeMounts }: { name: string; volumeMounts: { name: string; mountPath: string }[] }) => [
      name,
      ...volumeMounts
        .filter((mount) => mount.name.startsWith("sockets-"))
        .map((mount) => `${mount.name} at ${mount.mountPath}`),
    ],
  );
  expect(seen).toEqual([
    ["sshd-pi-1", "sockets-pi-1 at /run/tunnels"],
    ["sshd-pi-2", "sockets-pi-2 at /run/tunnels"],
    ["proxy", "sockets-pi-1 at /run/tunnels/pi-1", "sockets-pi-2 at /run/tunnels/pi-2"],
  ]);
});

test("no probe connects to an sshd", () => {
  const probed = pod.containers.filter((container: Record<string, unknown>) =>
    ["livenessProbe", "readinessProbe", "startupProbe"].some((probe) => container[probe]),
  );
  expect(probed.map(({ name }: { name: string }) => name)).toEqual(["proxy"]);
  expect(probed[0].readinessProbe.httpGet).toMatchObject({ path: "/ready", port: 8404 });
});

describe("when it stops", () => {
  const preStop = (forwarder: string, container: string, from = objects): string[] =>
    objectOf(from, "Deployment", forwarder).spec.template.spec.containers.find(
      ({ name }: { name: string }) => name === container,
    ).lifecycle.preStop.exec.command;
  const seconds = (command: string[], name: string) =>
    Number(command.find((word) => word.startsWith(`${name}_SECONDS=`))?.split("=")[1]);

  test("its proxy waits for the other forwarders, with the script next to its configuration", () => {
    const command = preStop("forwarder-1", "proxy");
    expect(command).toEqual([
      ...["env", "SELF=127.0.0.1:8404", expect.stringMatching(/^OTHERS=[^ ]+:8404$/)],
      ...[
        "MIN_READY_SECONDS=4",
        "TIMEOUT_SECONDS=1020",
        "DRAIN_SECONDS=2",
        "LOG=/proc/1/fd/1",
        "sh",
        "/usr/local/etc/haproxy/drain-forwarder.sh",
      ],
    ]);
    const { mountPath } = pod.containers
      .find(({ name }: { name: string }) => name === "proxy")
      .volumeMounts.find(({ name }: { name: string }) => name === "proxy");
    expect(
      Object.keys(objectOf(objects, "ConfigMap", "forwarder-1-proxy").data).map((file) => `${mountPath}/${file}`),
    ).toContain(command.at(-1));
  });

  test("the waits differ, and are longer than a proxy that has just started needs for its first checks", () => {
    const [first, second] = ["forwarder-1", "forwarder-2"].map((name) => preStop(name, "proxy"));
    for (const name of ["MIN_READY", "TIMEOUT"]) expect(seconds(first!, name)).not.toBe(seconds(second!, name));
    // The first checks start within a second.
    expect(objectOf(objects, "ConfigMap", "forwarder-1-proxy").data["haproxy.cfg"]).toContain("max-spread-checks 1s\n");
    expect(seconds(first!, "MIN_READY")).toBeGreaterThan(2);
  });

  test("the grace period covers all waits", () => {
    for (const name of ["forwarder-1", "forwarder-2"]) {
      const proxy = preStop(name, "proxy");
      const { terminationGracePeriodSeconds } = objectOf(objects, "Deployment", name).spec.template.spec;
      const afterProxy = seconds(preStop(name, "sshd-pi-1"), "DRAIN");
      // 10: HAProxy's hard-stop-after.
      expect(terminationGracePeriodSeconds).toBeGreaterThan(
        seconds(proxy, "TIMEOUT") + seconds(proxy, "DRAIN") + 10 + afterProxy,
      );
    }
  });

  test("a single forwarder doesn't wait", () => {
    const only = forwarderObjects(exampleConfiguration(undefined, "config/shadownet.yaml"));
    expect(preStop("forwarder-1", "proxy", only)).toEqual(["sleep", "2"]);
    expect(objectOf(only, "Deployment", "forwarder-1").spec.template.spec.terminationGracePeriodSeconds).toBe(20);
  });

  test("it may request the status of the others, and nothing else", () => {
    for (const [kind, name] of [
      ["egress", "forwarder-1-to-forwarder-2"],
      ["ingress", "forwarder-2-from-forwarder-1"],
    ]) {
      expect(objectOf(objects, "NetworkPolicy", name!).spec[kind!]).toMatchObject([
        { ports: [{ port: 8404, protocol: "TCP" }] },
      ]);
    }
  });
});

test("the host key comes from Secret Manager", () => {
  expect(pod.volumes.find(({ name }: { name: string }) => name === "host-key")).toMatchObject({
    csi: {
      driver: "secrets-store-gke.csi.k8s.io",
      readOnly: true,
      volumeAttributes: { secretProviderClass: "forwarder-host-key" },
    },
  });
});

test("Raspberry Pis connect to its reserved address, and their source addresses are preserved", () => {
  expect(objectOf(objects, "Service", "forwarder-2-ssh").spec).toMatchObject({
    type: "LoadBalancer",
    loadBalancerIP: "203.0.113.12",
    externalTrafficPolicy: "Local",
    publishNotReadyAddresses: true,
    loadBalancerSourceRanges: ["0.0.0.0/0"],
    selector: { "app.kubernetes.io/instance": "2" },
    ports: [
      { name: "ssh-pi-1", port: 58255, targetPort: 58255 },
      { name: "ssh-pi-2", port: 58256, targetPort: 58256 },
    ],
  });
});

test("bakers connect to its cluster IP, whether the pod is Ready or not", () => {
  const { spec } = objectOf(objects, "Service", "forwarder-1");
  expect(spec).toMatchObject({ publishNotReadyAddresses: true, selector: { "app.kubernetes.io/instance": "1" } });
  expect(spec.ports.map(({ name, port }: { name: string; port: number }) => [name, port])).toEqual([
    ["baker-baker", 8445],
    ["status", 8404],
  ]);
});

test("from outside, only the configured networks reach it, and only its ssh ports", () => {
  const narrow = forwarderObjects(
    exampleConfiguration((input) => {
      input.forwarders = { ...input.forwarders, allowedNetworks: ["198.51.100.0/24"] };
    }),
  );
  expect(objectOf(narrow, "NetworkPolicy", "forwarder-1-from-raspberry-pis").spec.ingress).toEqual([
    {
      from: [{ ipBlock: { cidr: "198.51.100.0/24" } }],
      ports: [
        { port: 58255, protocol: "TCP" },
        { port: 58256, protocol: "TCP" },
      ],
    },
  ]);
  expect(objectOf(narrow, "Service", "forwarder-1-ssh").spec.loadBalancerSourceRanges).toEqual(["198.51.100.0/24"]);
});

test.each(["a signer's key", "a signer's time-out"])("a change of %s rolls the pod", (what) => {
  const annotations = (change?: Parameters<typeof exampleConfiguration>[0]) =>
    objectOf(forwarderObjects(exampleConfiguration(change)), "Deployment", "forwarder-1").spec.template.metadata
      .annotations;
  const changed = annotations((input) => {
    if (what === "a signer's time-out") input.signers[0]!.timeoutSeconds = 0.7;
    else input.signers[0]!.sshPublicKey = anotherKey;
  });
  expect(changed).not.toEqual(annotations());
});
