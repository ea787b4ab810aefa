import { exampleConfiguration } from "../../../laboratory/examples";
import { resource, resources } from "../../support/stacks";
import { synthesise } from "../../../laboratory/synthesis";

const { platform } = synthesise(exampleConfiguration());

test("the subnetwork has the configured ranges and private access to Google's APIs", () => {
  expect(resource(platform, "google_compute_network").auto_create_subnetworks).toBe(false);
  expect(resource(platform, "google_compute_subnetwork")).toMatchObject({
    ip_cidr_range: "10.0.96.0/22",
    private_ip_google_access: true,
    secondary_ip_range: [
      { range_name: "pods", ip_cidr_range: "10.0.92.0/22" },
      { range_name: "services", ip_cidr_range: "10.0.88.0/22" },
    ],
  });
});

test("VMs and pods reach the internet from one reserved address", () => {
  const nat = resource(platform, "google_compute_router_nat");
  expect(nat.nat_ip_allocate_option).toBe("MANUAL_ONLY");
  expect(nat.nat_ips).toEqual([
    expect.stringMatching(/^\$\{google_compute_address\.network_nat-address_\w+\.self_link}$/),
  ]);
  expect(nat.subnetwork).toEqual([
    {
      name: expect.stringContaining("google_compute_subnetwork."),
      source_ip_ranges_to_nat: ["PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"],
      secondary_ip_range_names: ["pods"],
    },
  ]);
});

test("the only firewall rule denies all ingress after GKE's own rules, with a log", () => {
  const rules = Object.entries(resources(platform)).filter(([address]) =>
    address.startsWith("google_compute_firewall."),
  );
  expect(rules.map(([, body]) => body)).toEqual([
    expect.objectContaining({
      direction: "INGRESS",
      priority: 65534,
      source_ranges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      log_config: { metadata: "EXCLUDE_ALL_METADATA" },
    }),
  ]);
  expect(rules[0]![1].allow).toBeUndefined();
});
