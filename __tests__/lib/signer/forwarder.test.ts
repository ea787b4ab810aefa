import { exampleConfiguration } from "../../support/configuration";
import { objectOf, signerObjects } from "./synthesised";

const objects = signerObjects(exampleConfiguration());
const deployment = objectOf(objects, "Deployment", "forwarder-1");
/** An example, whose private half was thrown away. */
const anotherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg1FswrCfI7/geh44Th0g5GjWtkfkjaDeVcri6pXYau";
const pod = deployment.spec.template.spec;

test("a forwarder is one pod that is gone before the next one starts", () => {
  expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
});

test("it runs on the system pool, and never beside another one", () => {
  expect(pod.nodeSelector).toEqual({ "hodl.farm/pool": "system" });
  expect(pod.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual([
    { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { "hodl.farm/role": "forwarder" } } },
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

test("each signer has an sshd, whose sockets only the proxy sees beside it", () => {
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

test("no probe ever connects to an sshd", () => {
  const probed = pod.containers.filter((container: Record<string, unknown>) =>
    ["livenessProbe", "readinessProbe", "startupProbe"].some((probe) => container[probe]),
  );
  expect(probed.map(({ name }: { name: string }) => name)).toEqual(["proxy"]);
  expect(probed[0].readinessProbe.httpGet).toMatchObject({ path: "/ready", port: 8404 });
});

test("the tunnels outlast the proxy when it ends", () => {
  const delays = Object.fromEntries(
    pod.containers.map(
      ({ name, lifecycle }: { name: string; lifecycle: { preStop: { exec: { command: string[] } } } }) => [
        name,
        Number(lifecycle.preStop.exec.command[1]),
      ],
    ),
  );
  expect(delays["sshd-pi-1"]).toBeGreaterThan(delays["proxy"]);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(delays["sshd-pi-1"] + 10);
});

test("its image has nothing of a key; the host key comes from Secret Manager", () => {
  expect(pod.volumes.find(({ name }: { name: string }) => name === "host-key")).toMatchObject({
    csi: {
      driver: "secrets-store-gke.csi.k8s.io",
      readOnly: true,
      volumeAttributes: { secretProviderClass: "forwarder-host-key" },
    },
  });
});

test("Raspberry Pis dial its reserved address and keep their own", () => {
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

test("bakers dial its cluster address, whether the pod is ready or not", () => {
  const { spec } = objectOf(objects, "Service", "forwarder-1");
  expect(spec).toMatchObject({ publishNotReadyAddresses: true, selector: { "app.kubernetes.io/instance": "1" } });
  expect(spec.ports.map(({ name, port }: { name: string; port: number }) => [name, port])).toEqual([
    ["baker-baker", 8445],
    ["status", 8404],
  ]);
});

test("from outside only the named networks reach it, and only the ssh ports", () => {
  const narrow = signerObjects(
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

test.each(["a signer's key", "a signer's time-out"])("another value of %s rolls the pod", (what) => {
  const annotations = (change?: Parameters<typeof exampleConfiguration>[0]) =>
    objectOf(signerObjects(exampleConfiguration(change)), "Deployment", "forwarder-1").spec.template.metadata
      .annotations;
  const changed = annotations((input) => {
    if (what === "a signer's time-out") input.signers[0]!.timeoutSeconds = 0.7;
    else input.signers[0]!.sshPublicKey = anotherKey;
  });
  expect(changed).not.toEqual(annotations());
});
