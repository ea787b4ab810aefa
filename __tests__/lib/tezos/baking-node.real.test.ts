import { exampleConfiguration } from "../../../laboratory/examples";
import { ControlPlane } from "../../../laboratory/cluster/control-plane";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import { describeReal } from "../../support/real";
import { synthesise } from "../../../laboratory/synthesis";

describeReal("Kubernetes' controllers", { controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ controllers: true });
  });
  afterAll(() => controlPlane?.stop());

  test("replace a baking pod that never started once its configuration is fixed", async () => {
    const kinds = ["Namespace", "StatefulSet", "ServiceAccount"];
    const objects = bakerObjects(synthesise(exampleConfiguration())).filter(({ kind }) => kinds.includes(kind));
    controlPlane.apply(objects);
    const pods = () => controlPlane.get(["-n", "hodl-farm", "pods", "-l", "hodl.farm/role=baking"]).items;
    // Without a Node it stays Pending, as a pod would whose image is missing.
    await controlPlane.until("the pod is there", () => pods().length === 1);

    const set = objects.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "baker-baker")!;
    controlPlane.apply([JSON.parse(JSON.stringify(set).replaceAll("octez-v25.1", "octez-v25.2"))]);
    await controlPlane.until("the pod is another one", () =>
      JSON.stringify(pods()[0]?.spec ?? {}).includes("octez-v25.2"),
    );
    expect(pods()).toHaveLength(1);
  });
});
