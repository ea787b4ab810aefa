import { createColors } from "picocolors";
import type { Configuration } from "../../../lib/config/schema/configuration";
import { summary } from "../../../cli/synth/summary";
import { resourceCount } from "../../../lib/terraform/stack-json";
import { exampleConfiguration } from "../../../laboratory/examples";
import { expectGolden } from "../../support/golden";
import { synthesise } from "../../../laboratory/synthesis";

const shown = (configuration: Configuration, colors = createColors(false)): string =>
  summary({
    file: { path: "mine.yaml", reason: "the argument" },
    configuration,
    stacks: { ...synthesise(configuration) },
    folders: { stacks: "cdktf.out", raspberryPi: `dist/${configuration.name}` },
    colors,
  })
    // The tag changes with the image's folder, and has its own test.
    .replace(/(signer-forwarder):[0-9a-f]{16}/g, "$1:<tag>")
    // The resources are tested with the stacks; counting them is tested below.
    .replace(/\d+ resources/g, "<n> resources");

describe("summary", () => {
  test.each(["hodl-farm", "shadownet", "every-option"])("of %s", (name) => {
    expectGolden(`golden/summary-${name}.txt`, shown(exampleConfiguration(undefined, `config/${name}.yaml`)));
  });

  test("counts resources of all types", () => {
    const resource = { google_compute_address: { a: {}, b: {} }, google_compute_network: { c: {} } };
    expect([resourceCount({ resource }), resourceCount({})]).toEqual([3, 0]);
  });

  test("fits in 100 columns", () => {
    const lines = shown(exampleConfiguration()).split("\n");
    const wide = lines.filter((line) => line.length > 100);
    // Commands are not wrapped.
    expect(wide.filter((line) => !line.startsWith("       "))).toEqual([]);
  });

  test("has the same text in colour", () => {
    const configuration = exampleConfiguration();
    const coloured = shown(configuration, createColors(true));
    expect(coloured).toContain("\u001b[1mNode pools");
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(shown(configuration));
  });

  test("names what the tunnels still need, and the step that comes first then", () => {
    const text = shown(
      exampleConfiguration((input) => {
        input.forwarders = { ...input.forwarders, addresses: undefined };
      }),
    );
    expect(text).toContain("8 tunnels, as soon as the configuration has forwarders.addresses\n");
    expect(text).toContain("hodl-farm-forwarder-2   after deploy");
    expect(text).toContain("1. Replace what is still an example's: google.project,");
    expect(text).toContain("2. Prepare each Raspberry Pi,");
    expect(text).toContain("Put forwarders.addresses into the configuration");
  });
});
