import { join } from "node:path";
import { podBlock, podRange } from "./network";

/** The image whose container keeps a pod's namespaces open. */
export const pauseImage = "localhost/pause:1";

/**
 * The configuration files of a VM's programs, by file name.
 * @param vm with the path of its cgroup and the text of its kubeconfig
 */
export function vmFiles(vm: {
  readonly name: string;
  readonly number: number;
  readonly folder: string;
  readonly cgroup: string;
  readonly kubeconfig: string;
  readonly registries: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { folder, registries } = vm;
  const json = (object: unknown) => JSON.stringify(object, null, 2);
  return {
    "containerd.toml": containerd(folder),
    // https://github.com/containerd/containerd/blob/main/docs/hosts.md
    ...Object.fromEntries(
      Object.entries(registries).map(([host, url]) => [
        `registries/${host}/hosts.toml`,
        `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`,
      ]),
    ),
    "cni/10-pods.conflist": json(cni(vm.number)),
    "kubelet.json": json({
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      containerRuntimeEndpoint: `unix://${join(folder, "containerd.sock")}`,
      cgroupDriver: "cgroupfs",
      cgroupRoot: vm.cgroup,
      failCgroupV1: false,
      failSwapOn: false,
      // The control plane here considers a VM lost after 8 s.
      nodeLeaseDurationSeconds: 8,
      nodeStatusUpdateFrequency: "2s",
      resolvConf: "",
      podLogsDir: join(folder, "logs"),
      volumePluginDir: join(folder, "volume-plugins"),
      // Only reachable within the laboratory.
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: "AlwaysAllow" },
      // All VMs share this host's disk and memory: none of them may evict pods because of the others.
      evictionHard: { "memory.available": "100Mi" },
      localStorageCapacityIsolation: false,
      enforceNodeAllocatable: [],
    }),
    "kube-proxy.json": json({
      apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
      kind: "KubeProxyConfiguration",
      mode: "iptables",
      hostnameOverride: vm.name,
      clusterCIDR: podRange,
      clientConnection: { kubeconfig: join(folder, "kubeconfig") },
      // 0 leaves the limits alone: they apply to the whole host, and a namespace can't change them.
      conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
      metricsBindAddress: "127.0.0.1:10249",
    }),
    kubeconfig: vm.kubeconfig,
  };
}

function containerd(folder: string): string {
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd-state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${folder}/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`;
}

function cni(number: number) {
  return {
    cniVersion: "1.0.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: "pods",
        isGateway: true,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          // In memory: a power cut ends the pods that held these leases.
          dataDir: "/run/pod-addresses",
          ranges: [[{ subnet: podBlock(number) }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}
