import { exampleConfiguration } from "../../../laboratory/examples";
import { bakerObjects } from "../../../laboratory/convert/baker-objects";
import { synthesise } from "../../../laboratory/synthesis";
import { drillObjects } from "../../../laboratory/convert/drill-objects";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const configuration = exampleConfiguration();
const changed: any[] = drillObjects(configuration, "/disks");
const original: any[] = bakerObjects(synthesise(configuration));
const bakingPod = (objects: any[]) =>
  objects.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "baker-baker").spec.template.spec;

test("are those of the stack and a Secret", () => {
  const names = (objects: any[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names(changed)).toEqual([...names(original), "Secret stand-in-for-secret-manager"]);
});

test("have folders as disks, with the same claim and zones", () => {
  const volume = (objects: any[]) => objects.find(({ kind }) => kind === "PersistentVolume");
  const { csi, ...spec } = volume(original).spec;
  expect(csi).toBeDefined();
  expect(volume(changed).spec).toEqual({ ...spec, local: { path: "/disks/hodl-farm-baker-baker" } });
});

test("differ in a baking pod only by its requests and by what the CSI driver mounts", () => {
  const without = (pod: any) => {
    const container = ({ resources: { requests: _, ...resources }, ...rest }: any) => ({ ...rest, resources });
    return {
      ...pod,
      initContainers: pod.initContainers.map(container),
      containers: pod.containers.map(container),
      volumes: pod.volumes.filter(({ name }: any) => name !== "authentication"),
    };
  };
  expect(without(bakingPod(changed))).toEqual(without(bakingPod(original)));
  expect(bakingPod(changed).volumes).toContainEqual({
    name: "authentication",
    secret: { secretName: "stand-in-for-secret-manager" },
  });
});
