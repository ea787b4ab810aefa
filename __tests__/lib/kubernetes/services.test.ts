import { clusterService, externalService } from "../../../lib/kubernetes/services";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

const common = { namespace: "farm", name: "x", selector: { app: "x" }, ports: { rpc: { port: 8732 } } };
const port = [{ name: "rpc", port: 8732, target_port: "8732" }];

test("a Service inside the cluster leads to the same ports of the pods, and returns its fixed address", () => {
  let address = "";
  const stack = stackOf((scope) => (address = clusterService(scope, "service", common)));
  const { metadata, spec } = resource(stack, "kubernetes_service_v1");
  expect(metadata).toEqual({ namespace: "farm", name: "x" });
  expect(spec).toEqual({ selector: { app: "x" }, port });
  // A token, which becomes a reference in the stack that uses it.
  expect(address).toMatch(/^\$\{TfToken\[/);
});

test("also leads to pods that are not Ready, if asked for", () => {
  const stack = stackOf((scope) => clusterService(scope, "service", { ...common, publishNotReadyAddresses: true }));
  expect(resource(stack, "kubernetes_service_v1").spec.publish_not_ready_addresses).toBe(true);
});

test("an external Service has the reserved address, and preserves the clients' addresses", () => {
  const stack = stackOf((scope) =>
    externalService(scope, "service", { ...common, address: "203.0.113.1", allowedNetworks: ["198.51.100.0/24"] }),
  );
  const { spec, wait_for_load_balancer } = resource(stack, "kubernetes_service_v1");
  expect(spec).toEqual({
    selector: { app: "x" },
    port,
    type: "LoadBalancer",
    // Can't be changed later.
    load_balancer_class: "networking.gke.io/l4-regional-external",
    load_balancer_ip: "203.0.113.1",
    load_balancer_source_ranges: ["198.51.100.0/24"],
    external_traffic_policy: "Local",
  });
  expect(wait_for_load_balancer).toBe(false);
});
