import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import { pathText } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { healthPort, reservedPorts } from "../facts/signer-path";
import { each, eachRepeated } from "./each";

/** Ports below are root's, and nothing in the cluster runs as root. */
const firstUnprivilegedPort = 1024;

/** The ports of the forwarders' pods, where the sshd of every signer and the proxy of every baker listen together. */
export function checkPorts({ signers, bakers }: Readable<Configuration>, findings: Findings): void {
  const ports = [
    ...each(signers).map(([index, signer]) => [["signers", index, "sshPort"], signer.sshPort] as const),
    ...each(bakers).map(([index, baker]) => [["bakers", index, "signerPort"], baker.signerPort] as const),
  ].flatMap(([path, port]): [Path, number][] => (port === undefined ? [] : [[path, port]]));

  for (const [path, port] of ports) {
    if (port < firstUnprivilegedPort) {
      findings.problem(
        path,
        `${port} is a port of root's; sshd and HAProxy run without root. Choose one from ${firstUnprivilegedPort} on.`,
      );
    }
    const user = reservedPorts[port];
    if (user) findings.problem(path, `${port} is the port of ${user}, which runs in the same pod. Choose another.`);
  }
  eachRepeated(ports, (path, first, port) =>
    findings.problem(
      path,
      `${port} is ${pathText(first)} already, and both listen in the forwarders' pods. Choose another.`,
    ),
  );
  for (const [index, signer] of each(signers)) {
    if (signer.port === healthPort) {
      findings.problem(
        ["signers", index, "port"],
        `${healthPort} is the port of the health endpoint on the Raspberry Pi. Choose another.`,
      );
    }
  }
}
