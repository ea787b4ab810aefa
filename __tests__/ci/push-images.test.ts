import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const forwarder = "us-central1-docker.pkg.dev/example-project/hodl-farm/forwarder:0123456789ab";

/** docker is a stand-in that logs its arguments, because a test can't push to a registry. */
describeReal("push-images.sh", { programs: ["jq", "bash"] }, () => {
  let folder: string;
  const registryHas = (image: string | undefined) => {
    const script = `#!/bin/sh\nif [ "$1" = manifest ]; then [ "$3" = "${image ?? ""}" ]; exit; fi\necho "$@" >> "${folder}/log"\n`;
    writeFileSync(join(folder, "docker"), script);
    chmodSync(join(folder, "docker"), 0o755);
    writeFileSync(join(folder, "log"), "");
  };
  const run = () => {
    const { status } = spawnSync(join(packageRoot, "ci/push-images.sh"), [join(folder, "cdk.tf.json")], {
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
    });
    return { status, log: readFileSync(join(folder, "log"), "utf8").trim().split("\n") };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "push-images-"));
    const container = [{ image: forwarder }, { image: "tezos/tezos-bare:octez-v25.1" }];
    const resource = { kubernetes_deployment_v1: { a: { spec: { container } }, b: { spec: { container } } } };
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ resource }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("builds and pushes a missing image of this repository, once", () => {
    registryHas(undefined);
    expect(run()).toEqual({
      status: 0,
      log: [
        `build --platform linux/amd64 --tag ${forwarder} ${join(packageRoot, "images/forwarder")}`,
        `push ${forwarder}`,
      ],
    });
  });

  test("skips an existing image", () => {
    registryHas(forwarder);
    expect(run()).toEqual({ status: 0, log: [""] });
  });
});
