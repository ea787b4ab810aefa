import { createHash } from "node:crypto";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";
import { workloads } from "../../support/workloads";

describe.each(exampleFiles)("every pod of %s", (file) => {
  const stack: StackJson = synthesise(exampleConfiguration(undefined, file)).baker;
  const all = workloads(stack);
  const eachContainer = all.flatMap(({ name, containers }) =>
    containers.map((each): [string, StackJson] => [`${name}/${each.name}`, each]),
  );
  const eachPod = all.map((each): [string, (typeof all)[number]] => [each.name, each]);

  test("is covered by these tests: no other resources run pods", () => {
    const running = /pod_v1|pod$|daemon|job|replica|_set|deployment/;
    expect(Object.keys(stack.resource).filter((type) => running.test(type))).toHaveLength(4);
    expect(new Set(all.map(({ type }) => type)).size).toBe(4);
  });

  test("has no token, no access to its VM and no privileges", () => {
    for (const [name, { pod }] of eachPod) {
      expect([name, pod]).toEqual([
        name,
        expect.objectContaining({
          automount_service_account_token: false,
          enable_service_links: false,
          host_network: false,
          host_pid: false,
          host_ipc: false,
          security_context: expect.objectContaining({
            run_as_non_root: true,
            run_as_user: "1000",
            seccomp_profile: { type: "RuntimeDefault" },
          }),
        }),
      ]);
    }
  });

  test("is hardened in each container", () => {
    for (const [name, { security_context }] of eachContainer) {
      expect([name, security_context]).toEqual([
        name,
        {
          allow_privilege_escalation: false,
          privileged: false,
          read_only_root_filesystem: true,
          run_as_non_root: true,
          capabilities: { drop: ["ALL"] },
        },
      ]);
    }
  });

  test("has images with fixed versions", () => {
    for (const [name, { image }] of eachContainer) {
      expect([name, image]).toEqual([
        name,
        expect.stringMatching(/^[a-z0-9][a-z0-9./-]*:(octez-v\d+\.\d+|\d+\.\d+\.\d+-alpine|[0-9a-f]{16})$/),
      ]);
    }
  });

  test("has requests and a memory limit for each container, and no CPU limit", () => {
    const quantity = { cpu: expect.stringMatching(/^\d+m$/), memory: expect.stringMatching(/^\d+Mi$/) };
    for (const [name, { resources }] of eachContainer) {
      expect([name, resources]).toEqual([name, { requests: quantity, limits: { memory: quantity.memory } }]);
    }
  });

  test("has probes that only depend on the container itself", () => {
    const asked = eachContainer.flatMap(([, each]) =>
      ["startup_probe", "liveness_probe", "readiness_probe"].flatMap((kind) => {
        const { exec, http_get } = each[kind] ?? {};
        if (!each[kind]) return [];
        expect(http_get?.host).toBeUndefined();
        return [exec ? exec.command.join(" ") : `${http_get.port}${http_get.path}`];
      }),
    );
    // None depends on a signer: the RPC of the node or the DAL node, and whether HAProxy itself is running.
    const known = ["/scripts/node-alive.sh", "/scripts/node-ready.sh", "10732/health", "8404/ready"];
    expect(asked.filter((what) => !known.includes(what))).toEqual([]);
    expect(asked.length).toBeGreaterThan(4);
  });

  test("has a grace period longer than the waits of its hooks", () => {
    for (const [name, { pod, containers }] of eachPod) {
      const waits = containers.flatMap(({ lifecycle }) => {
        const command: string = lifecycle?.pre_stop[0].exec.command.join(" ") ?? "";
        return [...command.matchAll(/(?:sleep |_SECONDS=)(\d+)/g)].map(([, seconds]) => Number(seconds));
      });
      expect([name, pod.termination_grace_period_seconds > Math.max(0, ...waits)]).toEqual([name, true]);
    }
  });

  test("mounts every volume, and has every volume that it mounts", () => {
    for (const [name, { pod, containers, body }] of eachPod) {
      const claims: StackJson[] = body.spec.volume_claim_template ?? [];
      const volumes = [
        ...(pod.volume ?? []).map((each: StackJson) => each.name),
        ...claims.map(({ metadata }) => metadata.name),
      ];
      const mounted = containers.flatMap(({ volume_mount }) =>
        (volume_mount ?? []).map((each: StackJson) => each.name),
      );
      expect([name, [...new Set(mounted)].sort()]).toEqual([name, volumes.sort()]);
    }
  });

  test("is replaced when a file that it mounts changes", () => {
    for (const [name, { pod, metadata }] of eachPod) {
      const checksums = (pod.volume ?? []).flatMap(({ config_map }: StackJson) =>
        config_map ? [checksumOf(stack, config_map.name)] : [],
      );
      expect([name, Object.values(metadata.annotations ?? {}).sort()]).toEqual([name, checksums.sort()]);
    }
  });

  test("runs on an existing pool, and only tolerates that pool's taint", () => {
    for (const [, { pod }] of eachPod) {
      const pool = pod.node_selector["hodl.farm/pool"];
      expect(["system", "public", "baking"]).toContain(pool);
      const pools = pod.toleration.filter(({ key }: StackJson) => key === "hodl.farm/pool");
      expect(pools.map(({ value }: StackJson) => value)).toEqual(pool === "system" ? [] : [pool]);
    }
  });
});

/** The checksum of TextFiles for a ConfigMap, recomputed from the stack. */
function checksumOf(stack: StackJson, reference: string): string {
  const name = /^\$\{kubernetes_config_map_v1\.([\w-]+)\.metadata\[0]\.name}$/.exec(reference)?.[1];
  const { data } = stack.resource.kubernetes_config_map_v1[name!];
  const texts = Object.entries<string>(data).map(([file, text]) => [file, text.replace(/([$%])\1\{/g, "$1{")]);
  return createHash("sha256").update(JSON.stringify(texts.sort())).digest("hex");
}
