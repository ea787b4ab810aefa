import { exampleConfiguration } from "../../../laboratory/examples";
import { ControlPlane } from "../../../laboratory/cluster/control-plane";
import { applyDefinitions } from "../../../laboratory/stand-ins/gke";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import { differences } from "../../../laboratory/terraform/provider-objects";
import { GoogleStandIn } from "../../../laboratory/google/stand-in";
import { RefusingProxy } from "../../../laboratory/verify/refusing-proxy";
import { TwoStacks } from "../../../laboratory/verify/two-stacks";
import { describeReal } from "../../support/real";
import { temporaryOutdir } from "../../support/stacks";
import { synthesise } from "../../../laboratory/synthesis";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const examples = ["config/hodl-farm.yaml", "config/shadownet.yaml", "config/every-option.yaml"];

const objectsOf = (file: string) => bakerObjects(synthesise(exampleConfiguration(undefined, file)));

/** The pod that a workload's controller would create. */
function podOf({ metadata, spec }: any): KubernetesObject {
  const { template, volumeClaimTemplates = [] } = spec;
  const { namespace, name } = metadata;
  const claims = volumeClaimTemplates.map((claim: any) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}` },
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, namespace, name },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
  };
}

describeReal("the API server", { controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ controllers: true });
    applyDefinitions(controlPlane);
  });
  afterAll(() => controlPlane?.stop());

  /** Submits pods to the API server, as dry runs, as a workload's controller would create them. */
  const tryPods = (pods: readonly KubernetesObject[]) => {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: pods });
    const parameters = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    return controlPlane.kubectl(parameters, list).warnings;
  };

  test.each(examples)("admits every object of %s and every pod in it, without a warning", async (file) => {
    const objects = objectsOf(file);
    expect(controlPlane.apply(objects)).toEqual([]);

    // For a workload's template the API server only warns; Pod Security is enforced on pods.
    const pods = objects.filter(({ spec }: any) => spec?.template).map(podOf);
    const { namespace } = pods[0]!.metadata;
    await controlPlane.until("there is a service account for pods without one of their own", () =>
      controlPlane
        .get(["serviceaccounts", "-n", namespace!])
        .items.some(({ metadata }: any) => metadata.name === "default"),
    );
    expect(pods.length).toBeGreaterThan(1);
    expect(tryPods(pods)).toEqual([]);
    for (const { spec, ...pod } of pods as any[]) {
      const [first, ...others] = spec.containers;
      const root = { ...first, securityContext: { ...first.securityContext, runAsNonRoot: false, runAsUser: 0 } };
      const asRoot = { ...pod, spec: { ...spec, containers: [root, ...others] } };
      expect(() => tryPods([asRoot])).toThrow('violates PodSecurity "restricted');
    }
  });
});

describeReal("the Kubernetes provider", { mirror: true, controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  let google: GoogleStandIn;
  let proxy: RefusingProxy;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ controllers: true });
    applyDefinitions(controlPlane);
    google = await new GoogleStandIn().start();
    proxy = await RefusingProxy.start();
  });
  afterAll(async () => {
    google?.stop();
    proxy?.stop();
    await controlPlane?.stop();
  });

  test("applies the stack baker, then plans no change, and creates the same objects as the conversion used by other tests", async () => {
    const folder = temporaryOutdir();
    const stacks = new TwoStacks({
      folder,
      configuration: exampleConfiguration(),
      google,
      proxy,
      pluginCache: folder,
      controlPlane,
    });
    await stacks.baker.init();
    await stacks.apply();
    expect(await stacks.drift()).toEqual([]);

    const compared = stacks.compare();
    expect(compared).toHaveLength(stacks.resourceCount("baker"));
    expect(differences(compared)).toEqual([]);
  });
});
