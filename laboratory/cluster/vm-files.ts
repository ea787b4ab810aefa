import { join } from "node:path";
import { podBlock, podRange } from "./network";

/** The image that holds a pod's namespaces. */
export const pauseImage = "localhost/pause:1";

/**
 * The files that a machine's programs read, by their names.
 * @param machine its name, its number, its folder, the path of its cgroup, and the kubeconfig it shall use
 */
export function vmFiles(vm: {
  readonly name: string;
  readonly number: number;
  readonly folder: string;
  readonly cgroup: string;
  readonly kubeconfig: string;
}): Record<string, string> {
  const { folder } = vm;
  const json = (object: unknown) => JSON.stringify(object, null, 2);
  return {
    "containerd.toml": containerd(folder),
    "cni/10-pods.conflist": json(cni(vm.number)),
    "kubelet.json": json({
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      containerRuntimeEndpoint: `unix://${join(folder, "containerd.sock")}`,
      cgroupDriver: "cgroupfs",
      cgroupRoot: vm.cgroup,
      failCgroupV1: false,
      failSwapOn: false,
      // The control plane here calls a machine lost after 8 s.
      nodeLeaseDurationSeconds: 8,
      nodeStatusUpdateFrequency: "2s",
      resolvConf: "",
      podLogsDir: join(folder, "logs"),
      volumePluginDir: join(folder, "volume-plugins"),
      // Reached from within the laboratory only.
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: "AlwaysAllow" },
      // This machine's disk and memory are shared by all machines: none of them is to evict pods for the others.
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
      // Limits of the whole system, which are not a namespace's to change.
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
          // Leases end with the power: the pods that had them are gone.
          dataDir: "/run/pod-addresses",
          ranges: [[{ subnet: podBlock(number) }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}
