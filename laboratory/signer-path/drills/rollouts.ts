import type { Configuration } from "../../../lib/config/schema/configuration";
import type { Testbed } from "../testbed/testbed";
import { type FinishedRun, nothingLost, type PathDrill } from "./path-drill";
import type { Check } from "../records";

/** An example, whose private half was thrown away. */
const anotherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGg1FswrCfI7/geh44Th0g5GjWtkfkjaDeVcri6pXYau";
const first = "pi-1";

const withAnotherKey = (configuration: Configuration): Configuration => ({
  ...configuration,
  signers: configuration.signers.map((one) => (one.name === first ? { ...one, sshPublicKey: anotherKey } : one)),
});

/** A third signer, and a third uplink of the second one: neither is ever there. */
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

/** How long it takes until both forwarders are others, with what a busy machine adds. */
const rollSeconds = 90;

/** A change that concerns all forwarders, applied at once and taken back at once. */
function roll(change: (configuration: Configuration) => Configuration) {
  let before: Configuration;
  let down: readonly string[] = [];
  const apply = async (testbed: Testbed, configuration: Configuration) => {
    testbed.configuration = configuration;
    await testbed.apply();
  };
  return {
    begin: async (testbed: Testbed) => {
      before = testbed.configuration;
      await apply(testbed, change(before));
    },
    lasts: rollSeconds,
    mend: async (testbed: Testbed) => {
      down = testbed.pathsDown();
      await apply(testbed, before);
    },
    afterwards: rollSeconds,
    /** The paths that were down when the change was taken back. */
    pathsDown: () => down,
  };
}

const key = roll(withAnotherKey);
const members = roll(withMore);

/** Changes of the configuration that make all forwarders anew. */
export const rolls: readonly PathDrill[] = [
  {
    name: "key",
    title: "a signer's key is changed, and changed back",
    fault: "the configuration has another key for pi-1",
    ...key,
    checks: (run) => [...nothingLost(run, "forwarder"), oneAtATime(run), sessionsEnded(run, key.pathsDown())],
  },
  {
    name: "members",
    title: "a signer and an uplink come, and go",
    fault: "the configuration has a third signer, and a third uplink for pi-2",
    ...members,
    checks: (run) => [...nothingLost(run, "forwarder"), oneAtATime(run)],
  },
];

/** Each forwarder went once for each of the two changes, and never with another one. */
function oneAtATime({ stateChanges, testbed }: FinishedRun): Check {
  const away = new Set<string>();
  const went: string[] = [];
  let most = 0;
  for (const { where, what, state } of stateChanges) {
    if (where !== "baker" || !testbed.forwarders.some(({ name }) => name === what)) continue;
    if (state === "down") {
      away.add(what);
      went.push(what);
    } else away.delete(what);
    most = Math.max(most, away.size);
  }
  return {
    text: "each forwarder goes once a change, one at a time",
    actual: `${went.join(", ") || "none went"}; at most ${most} away`,
    passed: most === 1 && testbed.forwarders.every(({ name }) => went.filter((one) => one === name).length === 2),
  };
}

/** With the key out of the configuration no tunnel of it stands. */
function sessionsEnded({ testbed }: FinishedRun, down: readonly string[]): Check {
  const uplinks = testbed.pi(first).uplinks.map(({ name }) => name);
  const paths = testbed.forwarders.flatMap(({ name }) => uplinks.map((uplink) => `${name} ${first} ${uplink}`));
  const standing = paths.filter((path) => !down.includes(path));
  return {
    text: `every session of the key that was taken out has ended after ${rollSeconds} s`,
    actual: standing.length === 0 ? "they have" : `standing: ${standing.join(", ")}`,
    passed: standing.length === 0,
  };
}
