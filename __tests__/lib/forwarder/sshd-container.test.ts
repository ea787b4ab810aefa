import { hookScript } from "../../../lib/forwarder/scripts";
import { authorizedKeys, sshdConfig } from "../../../lib/forwarder/sshd-config";
import { exampleConfiguration } from "../../../laboratory/examples";
import { objectOf, forwarderObjects } from "../../support/forwarder-objects";

const configuration = exampleConfiguration();
const objects = forwarderObjects(configuration);
const { containers } = objectOf(objects, "Deployment", "forwarder-1").spec.template.spec;

test.each(configuration.signers)(
  "the sshd of $name has its own files, and every file that they refer to exists",
  (signer) => {
    const container = containers.find(({ name }: { name: string }) => name === `sshd-${signer.name}`);
    expect(objectOf(objects, "ConfigMap", `forwarder-1-sshd-${signer.name}`).data).toEqual({
      sshd_config: sshdConfig(signer, configuration.forwarders.allowedNetworks),
      authorized_keys: authorizedKeys(signer),
      "wait-for-proxy.sh": hookScript("wait-for-proxy.sh"),
    });
    const folders = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    const named = [
      container.args[1],
      container.lifecycle.preStop.exec.command.at(-1),
      ...sshdConfig(signer, []).match(/(?<=^(HostKey|AuthorizedKeysFile) ).*$/gm)!,
    ];
    for (const file of named) expect(folders).toContain(file.replace(/\/[^/]*$/, ""));
    expect(container.ports).toMatchObject([{ containerPort: signer.sshPort }]);
  },
);

test("all mounts of an sshd are read-only except its folder of sockets", () => {
  const sshds = containers.filter(({ name }: { name: string }) => name.startsWith("sshd-"));
  for (const { volumeMounts } of sshds) {
    const writable = volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => !readOnly);
    expect(writable.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(["/run/tunnels"]);
  }
});
