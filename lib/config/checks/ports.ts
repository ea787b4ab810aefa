import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import { pathText } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { healthPort, reservedPorts } from "../facts/signer-path";
import { each, eachRepeated } from "./each";

/** Only root may listen at lower ports, and nothing in the cluster runs as root. */
const firstUnprivilegedPort = 1024;

/** The ports of the forwarders' pods, in which an sshd listens for every signer, and HAProxy for every baker. */
export function checkPorts({ signers, bakers }: Readable<Configuration>, findings: Findings): void {
  const ports = [
    ...each(signers).map(([index, signer]) => [["signers", index, "sshPort"], signer.sshPort] as const),
    ...each(bakers).map(([index, baker]) => [["bakers", index, "signerPort"], baker.signerPort] as const),
  ].flatMap(([path, port]): [Path, number][] => (port === undefined ? [] : [[path, port]]));

  for (const [path, port] of ports) {
    if (port < firstUnprivilegedPort) {
      findings.problem(
        path,
        `${port} can be used only by root, and neither sshd nor HAProxy runs as root here. Choose a port from ${firstUnprivilegedPort} on.`,
      );
    }
    const user = reservedPorts[port];
    if (user) findings.problem(path, `${port} is the port of ${user}. Choose a different one.`);
  }
  eachRepeated(ports, (path, first, port) =>
    findings.problem(
      path,
      `${port} is already ${pathText(first)}, and both listen in the forwarders' pods. Choose a different one.`,
    ),
  );
  for (const [index, signer] of each(signers)) {
    if (signer.port === healthPort) {
      findings.problem(
        ["signers", index, "port"],
        `${healthPort} is the port of the health endpoint on the Raspberry Pi. Choose a different one.`,
      );
    }
  }
}
