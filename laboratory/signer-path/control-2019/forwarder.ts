import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../convert/kubernetes-objects";
import { haproxyImage } from "../../stand-ins/octez-images";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import { forwarderImageArchive } from "../../cluster/forwarder-image";
import { type LogLine, podLog } from "../testbed/pod-log";
import { haproxyConfig2019, proxyPort, settingsFolder, sshdConfig2019 } from "./settings";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const sshdImage = "localhost/signer-forwarder:drill";
const proxyImage = "localhost/haproxy:drill";
const namespace = "default";

/** A machine for the forwarders of 2019, with this project's own sshd and HAProxy: only their settings differ. */
export async function forwarderMachine(lab: Laboratory, log: (line: string) => void): Promise<Vm> {
  const images = [await forwarderImageArchive(sshdImage, log), haproxyImage(lab, proxyImage)];
  const machine = lab.vm("control-2019", { zone: "us-central1-b", images });
  await machine.on();
  return machine;
}

/** sshd and HAProxy of 2019 in one pod. */
export class Forwarder2019 {
  /** @param publicKey of the Raspberry Pi that may log in */
  static async start(
    lab: Laboratory,
    machine: Vm,
    options: {
      readonly name: string;
      readonly fixed: boolean;
      readonly publicKey: string;
      readonly signingKey: string;
    },
  ): Promise<Forwarder2019> {
    lab.apply(objects(lab, machine, options));
    const { name } = options;
    lab.kubectl("-n", namespace, "wait", "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
    const { items } = lab.controlPlane.get(["-n", namespace, "pods"]);
    const pod = items.find(({ metadata }: any) => metadata.name === name);
    return new Forwarder2019(machine, name, pod.status.podIP);
  }

  private constructor(
    private readonly machine: Vm,
    private readonly name: string,
    readonly address: string,
  ) {}

  log(container: "sshd" | "haproxy"): LogLine[] {
    return podLog(this.machine, namespace, `${this.name}_`).filter((line) => line.container === container);
  }
}

function objects(
  lab: Laboratory,
  machine: Vm,
  { name, fixed, publicKey, signingKey }: Parameters<typeof Forwarder2019.start>[2],
): KubernetesObject[] {
  const hostKey = join(mkdtempSync(join(lab.folder, "host-key-")), "key");
  command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey]);
  const metadata = { name, namespace };
  const files = {
    sshd_config: sshdConfig2019(fixed),
    "haproxy.cfg": haproxyConfig2019(signingKey),
    authorized_keys: publicKey,
    "host-key": readFileSync(hostKey, "utf8"),
  };
  const volumeMounts = [{ name: "settings", mountPath: settingsFolder }];
  const container = (container: string, image: string, words: object) => ({
    name: container,
    image,
    volumeMounts,
    ...words,
  });
  return [
    { apiVersion: "v1", kind: "Secret", metadata, stringData: files },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: {
        nodeName: machine.name,
        // A host key that only its group may read is taken by an sshd that isn't its owner.
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
