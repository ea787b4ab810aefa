import { governingService } from "../../../lib/kubernetes/governing-service";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

test("is headless: it has no address at which anything could be dialled", () => {
  let name = "";
  const stack = stackOf((scope) => {
    name = governingService(scope, { namespace: "farm", name: "baker-x", selector: { app: "x" } });
  });
  const service = resource(stack, "kubernetes_service_v1");
  expect(service.metadata).toEqual({ namespace: "farm", name: "baker-x" });
  expect(service.spec).toEqual({ cluster_ip: "None", selector: { app: "x" } });
  // As text: a token becomes a reference in the stack that uses it.
  expect(name).toMatch(/^\$\{TfToken\[/);
});
