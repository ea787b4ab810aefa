import { exampleConfiguration } from "../../support/configuration";
import { flowProblems, flowTable } from "../../support/flows";
import { expectGolden } from "../../support/golden";
import { kubernetesObjects } from "../../support/kubernetes-objects";
import { platformOutputs } from "../../support/platform-outputs";
import { synthesise } from "../../support/stacks";

function objectsOf(file: string) {
  const { baker, platform } = synthesise(exampleConfiguration(undefined, file));
  return kubernetesObjects(baker, platformOutputs(baker, platform).values);
}

test("the network lets through what this table says, and nothing else", () => {
  expectGolden("golden/baker.hodl-farm.flows.txt", flowTable(objectsOf("config/hodl-farm.yaml")));
});

test.each(["config/hodl-farm.yaml", "config/shadownet.yaml", "config/every-option.yaml"])(
  "in %s all pods are shut off both ways, and each flow is allowed by both its ends",
  (file) => {
    expect(flowProblems(objectsOf(file))).toEqual([]);
  },
);
