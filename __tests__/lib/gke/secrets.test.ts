import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { addresses, resource } from "../../support/stacks";
import { synthesise, type StackJson } from "../../../laboratory/synthesis";

const platform = (change?: (input: ConfigurationInput) => void) => synthesise(exampleConfiguration(change)).platform;
const authenticating = platform(
  (input) => (input.bakers[0]!.authenticationPublicKey = "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn"),
);

/** [secret, role, members] */
function readers(stack: StackJson): unknown[] {
  return Object.values<StackJson>(stack.resource.google_secret_manager_secret_iam_binding).map(
    ({ secret_id, role, members }) => [
      secret_id.replace(/^.*secret\.(.*)-secret_.*$/, "$1"),
      role,
      members.map((member: string) => member.replace(/^.*account\.(.*)-account_.*$/, "$1")),
    ],
  );
}

test("each secret can be read by exactly one workload", () => {
  expect(readers(authenticating)).toEqual([
    ["authentication-baker", "roles/secretmanager.secretAccessor", ["baker-baker"]],
    ["host-key", "roles/secretmanager.secretAccessor", ["forwarder"]],
  ]);
});

test("a baker that doesn't authenticate has neither a secret nor an account", () => {
  const unauthenticated = platform((input) => delete input.bakers[0]!.authenticationPublicKey);
  expect(readers(unauthenticated)).toEqual([["host-key", "roles/secretmanager.secretAccessor", ["forwarder"]]]);
  expect(addresses(unauthenticated).join()).not.toContain("baker-baker");
});

test("no secret has a version, so none is in the state", () => {
  expect(Object.keys(authenticating.resource)).not.toContain("google_secret_manager_secret_version");
  expect(resource(authenticating, "google_secret_manager_secret", "secret_id", "hodl-farm-host-key")).toMatchObject({
    lifecycle: { prevent_destroy: true },
    replication: { auto: {} },
  });
});
