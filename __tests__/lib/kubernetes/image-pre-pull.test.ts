import { imagePrePullReservation } from "../../../lib/config/facts/machines";
import { ImagePrePull } from "../../../lib/kubernetes/image-pre-pull";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";
import { stackOf } from "../../support/construct";
import { policiesOf, workload, workloads } from "../../support/workloads";

describe.each(exampleFiles)("the pre-pull of %s", (file) => {
  const { baker: stack }: StackJson = synthesise(exampleConfiguration(undefined, file));
  const prePull = workload(stack, "image-pre-pull");
  const check = workload(stack, "image-pre-pull-check");
  const bakers = workloads(stack).filter(({ name }) => name.startsWith("baker-"));
  const imagesOf = (containers: StackJson[]) => [...new Set(containers.map(({ image }) => image))].sort();

  test("runs a container of every image of every baking pod, and of no other", () => {
    expect(bakers.length).toBeGreaterThan(0);
    expect(imagesOf(prePull.containers)).toEqual(imagesOf(bakers.flatMap(({ containers }) => containers)));
  });

  test("has started every image before a baking pod is created or replaced", () => {
    for (const { body } of bakers) {
      expect(body.depends_on).toEqual([expect.stringMatching(/^kubernetes_daemon_set_v1\.image-pre-pull(_|$)/)]);
    }
    expect(prePull.body.depends_on).toEqual([expect.stringMatching(/^kubernetes_job_v1\.image-pre-pull_check_/)]);
    expect(check.body.wait_for_completion).toBe(true);
    expect(imagesOf(check.containers)).toEqual(imagesOf(prePull.containers));
    expect(check.pod).toMatchObject({ restart_policy: "Never", node_selector: prePull.pod.node_selector });
  });

  test("lets go of an old image only once the new one has been started, then on all VMs at once", () => {
    expect(check.body.depends_on).toBeUndefined();
    expect(prePull.body.spec.strategy).toEqual({ type: "RollingUpdate", rolling_update: { max_unavailable: "100%" } });
  });

  test("is on every VM on which a baking pod may run", () => {
    const [{ pod }] = bakers as [StackJson];
    expect(prePull.type).toBe("kubernetes_daemon_set_v1");
    expect(prePull.pod.node_selector).toEqual(pod.node_selector);
    expect(prePull.pod.toleration).toEqual(pod.toleration);
    expect(prePull.pod.affinity).toBeUndefined();
  });

  test("may not open or accept any connection", () => {
    for (const { metadata } of [prePull, check]) {
      expect(policiesOf(stack, metadata.labels, "Egress")).toEqual([]);
      expect(policiesOf(stack, metadata.labels, "Ingress")).toEqual([]);
    }
  });

  test("reserves no more than what the check of the VMs' room counts", () => {
    const sum = (resource: string) =>
      [...prePull.containers, ...check.containers]
        .map(({ resources }) => Number.parseInt(resources.requests[resource]))
        .reduce((total, one) => total + one, 0);
    expect(sum("cpu")).toBeLessThanOrEqual(imagePrePullReservation.cpu * 1000);
    expect(sum("memory")).toBeLessThanOrEqual(imagePrePullReservation.memoryGiB * 1024);
  });
});

test("a pod whose image is not pulled in advance is a mistake", () => {
  stackOf((scope) => {
    const prePull = new ImagePrePull(scope, "x", { namespace: "farm", pool: "baking", images: { octez: "octez:1" } });
    expect(prePull.holding(["octez:1"])).toHaveLength(1);
    expect(() => prePull.holding(["octez:1", "octez:2"])).toThrow("octez:2 is not among the images");
  });
});
