import { type Attributes, impossibleChange } from "../../../lib/terraform/refusals";

const claim = (storage: string) => ({ spec: [{ resources: [{ requests: { storage } }] }] });
const statefulSet = (storage: string) => ({ spec: [{ volume_claim_template: [claim(storage)] }] });
const subnetwork = (nodes: string, pods?: string) => ({
  ip_cidr_range: nodes,
  secondary_ip_range: pods === undefined ? [] : [{ range_name: "pods", ip_cidr_range: pods }],
});

describe("refused, with the way back", () => {
  test.each<[what: string, type: string, before: Attributes, after: Attributes, sentence: string]>([
    [
      "another project, on any resource that states it",
      "google_project_iam_member",
      { project: "farm-1" },
      { project: "farm-2" },
      "nothing can move from project farm-1 to farm-2. Set google.project back, or use another name for a second farm.",
    ],
    [
      "another range of the pods",
      "google_compute_subnetwork",
      subnetwork("10.0.0.0/22", "10.1.0.0/18"),
      subnetwork("10.0.0.0/22", "10.1.0.0/17"),
      "Google changes no range that a cluster uses. Set google.ranges.pods back to 10.1.0.0/18.",
    ],
    [
      "a range of the pods that is gone",
      "google_compute_subnetwork",
      subnetwork("10.0.0.0/22", "10.1.0.0/18"),
      subnetwork("10.0.0.0/22"),
      "Google changes no range that a cluster uses. Set google.ranges.pods back to 10.1.0.0/18.",
    ],
    [
      "a smaller range of the VMs",
      "google_compute_subnetwork",
      subnetwork("10.0.0.0/22"),
      subnetwork("10.0.0.0/23"),
      "a subnetwork's range can only grow, and 10.0.0.0/23 doesn't contain 10.0.0.0/22. Set google.ranges.nodes back to 10.0.0.0/22.",
    ],
    [
      "another range of the VMs",
      "google_compute_subnetwork",
      subnetwork("10.0.0.0/22"),
      subnetwork("10.9.0.0/20"),
      "a subnetwork's range can only grow, and 10.9.0.0/20 doesn't contain 10.0.0.0/22. Set google.ranges.nodes back to 10.0.0.0/22.",
    ],
    [
      "a smaller disk",
      "google_compute_region_disk",
      { size: 300 },
      { size: 200 },
      "a disk can't shrink from 300 to 200 GiB. Set its diskGiB to 300 or more.",
    ],
    [
      "a smaller claim",
      "kubernetes_persistent_volume_claim_v1",
      claim("300Gi"),
      claim("200Gi"),
      "a disk can't shrink from 300 to 200 GiB. Set its diskGiB to 300 or more.",
    ],
    [
      "a claim that shrinks from 1Ti",
      "kubernetes_persistent_volume_claim_v1",
      claim("1Ti"),
      claim("200Gi"),
      "a disk can't shrink from 1024 to 200 GiB. Set its diskGiB to 1024 or more.",
    ],
    [
      "a claim in MiB and bytes",
      "kubernetes_persistent_volume_claim_v1",
      claim("307200Mi"),
      claim("214748364800"),
      "a disk can't shrink from 300 to 200 GiB. Set its diskGiB to 300 or more.",
    ],
    [
      "smaller claims of a StatefulSet",
      "kubernetes_stateful_set_v1",
      statefulSet("300Gi"),
      statefulSet("200Gi"),
      "a disk can't shrink from 300 to 200 GiB. Set its diskGiB to 300 or more.",
    ],
  ])("%s", (_, type, before, after, sentence) => {
    expect(impossibleChange(type, before, after)).toEqual([sentence]);
  });
});

test.each<[what: string, type: string, before: Attributes, after: Attributes]>([
  ["a larger range of the VMs", "google_compute_subnetwork", subnetwork("10.0.0.0/22"), subnetwork("10.0.0.0/20")],
  [
    "ranges in another order, and one more",
    "google_compute_subnetwork",
    { secondary_ip_range: [{ range_name: "pods", ip_cidr_range: "10.1.0.0/18" }] },
    {
      secondary_ip_range: [
        { range_name: "more", ip_cidr_range: "10.2.0.0/18" },
        { range_name: "pods", ip_cidr_range: "10.1.0.0/18" },
      ],
    },
  ],
  ["a larger disk", "google_compute_region_disk", { size: 200 }, { size: 300 }],
  ["a larger claim", "kubernetes_persistent_volume_claim_v1", claim("200Gi"), claim("300Gi")],
  ["a claim of the same size", "kubernetes_persistent_volume_claim_v1", claim("1024Gi"), claim("1Ti")],
  ["a StatefulSet without claims", "kubernetes_stateful_set_v1", { spec: [{}] }, { spec: [{}] }],
  ["a project that is only known after the apply", "google_compute_network", { project: "farm" }, {}],
  ["the same project", "google_compute_network", { project: "farm" }, { project: "farm" }],
])("permitted: %s", (_, type, before, after) => {
  expect(impossibleChange(type, before, after)).toEqual([]);
});
