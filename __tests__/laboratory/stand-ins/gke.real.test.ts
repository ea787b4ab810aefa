import { ControlPlane } from "../../../laboratory/cluster/control-plane";
import { annotateAsControllers, annotateServices } from "../../../laboratory/stand-ins/gke";
import { describeReal } from "../../support/real";

describeReal("GKE's annotations", { controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ mutatingPolicies: true });
    await annotateServices(controlPlane);
  }, 60_000);
  afterAll(() => controlPlane?.stop());

  const service = (name: string, type: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default", annotations: { own: "kept" } },
    spec: { type, ports: [{ port: 1 }] },
  });
  const annotations = (name: string) => controlPlane.get(["service", name, "-n", "default"]).metadata.annotations;

  test("are added to every new Service, and more once GKE's controllers have seen it", () => {
    controlPlane.apply([service("internal", "ClusterIP"), service("external", "LoadBalancer")]);
    const atFirst = { own: "kept", "cloud.google.com/neg": '{"ingress":true}' };
    expect([annotations("internal"), annotations("external")]).toEqual([atFirst, atFirst]);
    annotateAsControllers(controlPlane, "default");
    expect(Object.keys(annotations("internal"))).toContain("cloud.google.com/neg-status");
    expect(Object.keys(annotations("internal"))).not.toContain("service.kubernetes.io/tcp-forwarding-rule");
    expect(Object.keys(annotations("external"))).toContain("service.kubernetes.io/tcp-forwarding-rule");
  });
});
