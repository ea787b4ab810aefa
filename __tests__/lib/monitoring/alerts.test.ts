import { stringify } from "yaml";
import { alerts, evaluationSeconds } from "../../../lib/monitoring/alerts";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { expectGolden } from "../../support/golden";

const idsOf = (file: string) => alerts(exampleConfiguration(undefined, file)).map(({ id }) => id);

test("the alerts of hodl-farm", () => {
  expectGolden("golden/alerts.hodl-farm.yaml", stringify(alerts(exampleConfiguration()), { lineWidth: 0 }));
});

test("one alert for each baker, one for all signers and one for all forwarders", () => {
  expect(idsOf("config/every-option.yaml")).toEqual([
    "no-signer-bls",
    "no-signer-ledger",
    "signer-down",
    "forwarder-down",
  ]);
});

test("the loss of the only signer is covered by the bakers' own alert", () => {
  expect(idsOf("config/shadownet.yaml")).toEqual(["no-signer-baker", "forwarder-down"]);
});

test.each(exampleFiles)("Google accepts them, with %s", (file) => {
  for (const { rule, forSeconds, query, documentation, title } of alerts(exampleConfiguration(undefined, file))) {
    expect(rule).toMatch(/^[A-Za-z]+$/);
    expect(forSeconds % evaluationSeconds).toBe(0);
    // Well below Cloud Monitoring's limits.
    expect(documentation.length).toBeLessThan(4000);
    expect(title.length).toBeLessThan(200);
    // Every sample is from this deployment.
    const selectors = query.match(/haproxy_server_status\{[^}]*\}/g)!;
    for (const selector of selectors) {
      for (const label of ["project_id", "location", "cluster", "namespace", "job"]) {
        expect(selector).toContain(`${label}="`);
      }
    }
  }
});
