import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { resource, resources } from "../../support/stacks";
import { synthesise } from "../../../laboratory/synthesis";

const authentication = "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn";
const platformWith = (change: (input: ConfigurationInput) => void) =>
  synthesise(
    exampleConfiguration((input) => {
      input.bakers[0]!.authenticationPublicKey = authentication;
      change(input);
    }),
  ).platform;

test("each account is bound to one Kubernetes service account, after the workload identity pool exists", () => {
  const all = resources(platformWith(() => undefined));
  const bindings = Object.entries(all).filter(([address]) => address.startsWith("google_service_account_iam_"));
  expect(bindings.map(([, body]) => [body.role, body.members])).toEqual(
    expect.arrayContaining([
      ["roles/iam.workloadIdentityUser", ["serviceAccount:hodl-farm-baking.svc.id.goog[hodl-farm/forwarder]"]],
      ["roles/iam.workloadIdentityUser", ["serviceAccount:hodl-farm-baking.svc.id.goog[hodl-farm/baker-baker]"]],
    ]),
  );
  expect(bindings).toHaveLength(2);
  for (const [, body] of bindings)
    expect(body.depends_on).toEqual([expect.stringMatching(/^google_container_cluster\./)]);
});

test("a long name is shortened to a valid account id, with a hash that keeps it unique", () => {
  const long = "a-baker-with-20-char";
  const platform = platformWith((input) => {
    input.name = "deployment-of-20-cha";
    input.bakers[0]!.name = long;
  });
  const account = resource(platform, "google_service_account", "display_name", `baker-${long} of deployment-of-20-cha`);
  expect(account.account_id).toMatch(/^deployment-of-20-cha-ba-[0-9a-f]{6}$/);
  expect(account.account_id).toHaveLength(30);
});
