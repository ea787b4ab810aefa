import type { KubernetesObject } from "../../convert/kubernetes-objects";
import { haproxyArchive } from "../../stand-ins/octez-images";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import { forwarderImageArchive } from "../../cluster/forwarder-image";
import { type LogLine, podLog } from "../testbed/pod-log";
import { newSshKey } from "../testbed/ssh-key";
import { haproxyConfig2019, proxyPort, settingsFolder, sshdConfig2019 } from "./settings";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const sshdImage = "localhost/signer-forwarder:drill";
const proxyImage = "localhost/haproxy:drill";
const namespace = "default";

/** A VM for the forwarders of 2019, with this project's sshd and HAProxy: only their configuration differs. */
export async function forwarderVm(lab: Laboratory, log: (line: string) => void): Promise<Vm> {
  const images = [await forwarderImageArchive(sshdImage, log), haproxyArchive(lab, proxyImage)];
  const vm = lab.vm("control-2019", { zone: "us-central1-b", images });
  await vm.on();
  return vm;
}

/** sshd and HAProxy as configured in 2019, in one pod. */
export class Forwarder2019 {
  /** Starts a forwarder, and waits until its pod is ready. */
  static async start(
    lab: Laboratory,
    vm: Vm,
    options: {
      readonly name: string;
      /** Whether sshd has the report's fix. */
      readonly fixed: boolean;
      /** The ssh key of the Raspberry Pi that may log in. */
      readonly publicKey: string;
      /** Hash of the signers' key. */
      readonly signingKey: string;
    },
  ): Promise<Forwarder2019> {
    lab.apply(objects(vm, options));
    const { name } = options;
    lab.kubectl("-n", namespace, "wait", "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
    const { items } = lab.controlPlane.get(["-n", namespace, "pods"]);
    const pod = items.find(({ metadata }: any) => metadata.name === name);
    return new Forwarder2019(vm, name, pod.status.podIP);
  }

  private constructor(
    private readonly vm: Vm,
    private readonly name: string,
    readonly address: string,
  ) {}

  /** The container's log, in order of time. */
  log(container: "sshd" | "haproxy"): LogLine[] {
    return podLog(this.vm, namespace, `${this.name}_`).filter((line) => line.container === container);
  }
}

function objects(
  vm: Vm,
  { name, fixed, publicKey, signingKey }: Parameters<typeof Forwarder2019.start>[2],
): KubernetesObject[] {
  const metadata = { name, namespace };
  const files = {
    sshd_config: sshdConfig2019(fixed),
    "haproxy.cfg": haproxyConfig2019(signingKey),
    authorized_keys: publicKey,
    "host-key": newSshKey().privateKey,
  };
  const volumeMounts = [{ name: "settings", mountPath: settingsFolder }];
  const container = (name: string, image: string, rest: object) => ({ name, image, volumeMounts, ...rest });
  return [
    { apiVersion: "v1", kind: "Secret", metadata, stringData: files },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: {
        nodeName: vm.name,
        // sshd accepts a host key that its group can read only if another user owns the file.
        securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [
          container("sshd", sshdImage, { args: ["-f", `${settingsFolder}/sshd_config`] }),
          container("haproxy", proxyImage, {
            command: ["haproxy", "-db", "-f", `${settingsFolder}/haproxy.cfg`],
            readinessProbe: { tcpSocket: { port: proxyPort }, periodSeconds: 1 },
          }),
        ],
        volumes: [{ name: "settings", secret: { secretName: name, defaultMode: 0o440 } }],
      },
    },
  ];
}
