import { mkdirSync } from "node:fs";
import type { Http2Server } from "node:http2";
import { join } from "node:path";
import { command } from "../../cluster/commands";
import type { Vm } from "../../cluster/vm";
import type { KubernetesObject } from "../../convert/kubernetes-objects";
import { type Call, serveGrpc } from "./grpc-server";
import { field, mapField, mapOf, textOf } from "./protobuf";

/** A volume that a pod needs. */
export interface VolumeRequest {
  /** The volume's handle; of an ephemeral volume, a name that kubelet makes up. */
  readonly handle: string;
  /** The volume's attributes. For an ephemeral volume kubelet adds the pod, as csi.storage.k8s.io/pod.namespace etc. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A CSI driver of Google's, and what its stand-in does in its place. */
export interface CsiDriver {
  readonly name: string;
  /** Of its sockets. Short: a socket's path has at most 107 characters. */
  readonly shortName: string;
  /** Whether its volumes belong to pods, rather than being PersistentVolumes. */
  readonly ephemeral: boolean;
  /**
   * @returns a folder of this host to mount
   * @throws Error with a message for kubelet, which puts it into an event and tries again
   */
  readonly folder: (request: VolumeRequest, vm: Vm) => string | Promise<string>;
}

/** The object by which a driver tells the cluster how to treat its volumes. */
export const driverObject = ({ name, ephemeral }: CsiDriver): KubernetesObject => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIDriver",
  metadata: { name },
  spec: {
    // Nothing has to be attached to a virtual host: its disks are folders.
    attachRequired: false,
    podInfoOnMount: ephemeral,
    volumeLifecycleModes: [ephemeral ? "Ephemeral" : "Persistent"],
  },
});

/**
 * Runs a driver's part on a VM: registers it with kubelet, and mounts folders of this host into the VM's pods.
 * https://github.com/container-storage-interface/spec/blob/v1.11.0/csi.proto and
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/kubelet/pkg/apis/pluginregistration/v1/api.proto
 * @param zone of the VM
 */
export function serveDriver(driver: CsiDriver, vm: Vm, zone: string): Http2Server[] {
  const kubelet = join(vm.folder, "kubelet");
  const socket = join(kubelet, "plugins", `${driver.shortName}.sock`);
  const csi = serveGrpc(socket, {
    "/csi.v1.Node/NodeGetCapabilities": () => Buffer.alloc(0),
    "/csi.v1.Node/NodeGetInfo": () =>
      Buffer.concat([field(1, vm.name), field(3, mapField(1, { "topology.gke.io/zone": zone }))]),
    "/csi.v1.Node/NodePublishVolume": publish(driver, vm),
    "/csi.v1.Node/NodeUnpublishVolume": (request) => {
      const target = textOf(request, 2);
      // A repeated request finds nothing to do.
      command([...vm.enterMounts, "sh", "-c", 'umount "$1" 2>/dev/null; rmdir "$1" 2>/dev/null; true', "sh", target]);
      return Buffer.alloc(0);
    },
  });
  // Kubelet looks for sockets in this folder, and calls each once.
  const registration = serveGrpc(join(kubelet, "plugins_registry", `${driver.shortName}.sock`), {
    "/pluginregistration.Registration/GetInfo": () =>
      Buffer.concat([field(1, "CSIPlugin"), field(2, driver.name), field(3, socket), field(4, "1.0.0")]),
    "/pluginregistration.Registration/NotifyRegistrationStatus": () => Buffer.alloc(0),
  });
  return [csi, registration];
}

function publish(driver: CsiDriver, vm: Vm): Call {
  return async (request) => {
    const [handle, target] = [textOf(request, 1), textOf(request, 4)];
    const folder = await driver.folder({ handle, attributes: mapOf(request, 8) }, vm);
    mkdirSync(target, { recursive: true });
    const mount = 'mountpoint -q "$2" || mount --bind "$1" "$2"';
    command([...vm.enterMounts, "sh", "-c", mount, "sh", folder, target]);
    return Buffer.alloc(0);
  };
}
