import type { Configuration } from "../../../lib/config/schema/configuration";
import type { Check } from "../records";
import type { Testbed } from "../testbed/testbed";
import { nothingLost } from "./drill-checks";
import { type FinishedRun, firstSigner, type PathDrill } from "./path-drill";

/** A valid key that no signer has. */
const anotherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg1FswrCfI7/geh44Th0g5GjWtkfkjaDeVcri6pXYau";

const withAnotherKey = (configuration: Configuration): Configuration => ({
  ...configuration,
  signers: configuration.signers.map((one) => (one.name === firstSigner ? { ...one, sshPublicKey: anotherKey } : one)),
});

/** Adds a third signer, and a third uplink of the second signer. Neither ever connects. */
function withMore(configuration: Configuration): Configuration {
  const [one, two] = configuration.signers;
  const [baker] = configuration.bakers;
  const third = { ...one!, name: "pi-3", sshPort: 58257, sshPublicKey: anotherKey };
  const wider = { ...two!, uplinks: [...two!.uplinks, { name: "wlan0", metered: false }] };
  return {
    ...configuration,
    signers: [one!, wider, third],
    bakers: [{ ...baker!, signers: [...baker!.signers, third.name] }],
  };
}

/** How long a rollout of both forwarders takes at most, on a busy host. */
const rolloutSeconds = 90;

/** A change that affects all forwarders; it is rolled out, and then rolled back. */
function rollout(change: (configuration: Configuration) => Configuration) {
  let before: Configuration;
  let down: readonly string[] = [];
  return {
    inject: async (testbed: Testbed) => {
      before = testbed.configuration;
      await testbed.apply(change(before));
    },
    lastsSeconds: rolloutSeconds,
    repair: async (testbed: Testbed) => {
      down = testbed.pathsDown();
      await testbed.apply(before);
    },
    afterwardsSeconds: rolloutSeconds,
    /** The paths that were down when the change was rolled back. */
    pathsDown: () => down,
  };
}

const key = rollout(withAnotherKey);
const members = rollout(withMore);

/** Changes of the configuration that replace all forwarders' pods. */
export const rollouts: readonly PathDrill[] = [
  {
    name: "key",
    title: "A signer's key is changed, and changed back",
    fault: "the configuration has another key for pi-1",
    ...key,
    checks: (run) => [...nothingLost(run, "forwarder"), oneAtATime(run), sessionsEnded(run, key.pathsDown())],
  },
  {
    name: "members",
    title: "A signer and an uplink are added, and removed",
    fault: "the configuration has a third signer, and a third uplink for pi-2",
    ...members,
    checks: (run) => [...nothingLost(run, "forwarder"), oneAtATime(run)],
  },
];

/** Each forwarder goes down once for each of the two changes, and never together with another one. */
function oneAtATime({ stateChanges, testbed }: FinishedRun): Check {
  const { forwarders } = testbed.cloud;
  const down = new Set<string>();
  const replaced: string[] = [];
  let most = 0;
  for (const { where, what, state } of stateChanges) {
    if (where !== "baker" || !forwarders.some(({ name }) => name === what)) continue;
    if (state === "down") {
      down.add(what);
      replaced.push(what);
    } else down.delete(what);
    most = Math.max(most, down.size);
  }
  return {
    text: "each forwarder down once a change, one at a time",
    actual: `${replaced.join(", ") || "none"}; at most ${most} at a time`,
    passed: most === 1 && forwarders.every(({ name }) => replaced.filter((one) => one === name).length === 2),
  };
}

/** No tunnel of the key that was removed from the configuration is still up. */
function sessionsEnded({ testbed }: FinishedRun, down: readonly string[]): Check {
  const uplinks = testbed.pi(firstSigner).uplinks.map(({ name }) => name);
  const paths = testbed.cloud.forwarders.flatMap(({ name }) =>
    uplinks.map((uplink) => `${name} ${firstSigner} ${uplink}`),
  );
  const up = paths.filter((path) => !down.includes(path));
  return {
    text: `all sessions of the removed key ended after ${rolloutSeconds} s`,
    actual: up.length === 0 ? "all ended" : `still up: ${up.join(", ")}`,
    passed: up.length === 0,
  };
}
