import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { bakerProxyConfig, forwarderProxyConfig } from "../../../lib/forwarder/haproxy-config";
import { exampleConfiguration } from "../../../laboratory/examples";
import { expectGolden } from "../../support/golden";
import { findProgram } from "../../../laboratory/needs";
import { describeReal } from "../../support/real";

const tcp = (input: ConfigurationInput) => {
  for (const signer of input.signers) Object.assign(signer, { protocol: "tcp", software: "own" });
};
const single = (input: ConfigurationInput) => {
  input.bakers[0]!.signers = ["pi-1"];
  input.signers[0]!.uplinks.length = 1;
  input.forwarders = { ...input.forwarders, count: 1, addresses: undefined };
};
const variants = { http: undefined, tcp, single };

function configs(change?: (input: ConfigurationInput) => void) {
  const configuration = exampleConfiguration(change);
  return {
    forwarder: forwarderProxyConfig(configuration),
    baker: bakerProxyConfig(configuration, configuration.bakers[0]!),
  };
}

describe.each(Object.entries(variants))("haproxy.cfg, %s", (name, change) => {
  test.each(Object.entries(configs(change)))("of the %s is as reviewed", (role, text) => {
    expectGolden(`golden/${role}-${name}.cfg`, text);
  });

  test.each(Object.entries(configs(change)))("of the %s never retries a refusal", (_role, text) => {
    const retried = [...text.matchAll(/retry-on (.*)/g)].flatMap(([, events]) => events!.split(" "));
    const allowed = ["conn-failure", "empty-response", "response-timeout", "502", "503", "504"];
    expect(retried.filter((event) => !allowed.includes(event))).toEqual([]);
    expect(text).not.toContain("all-retryable-errors");
    // It would end a request before it can be retried on another path.
    expect(text).not.toContain("shutdown-sessions");
  });
});

test("a baker without authentication key gets the answer that none is required", () => {
  const { baker } = configs((input) => delete input.bakers[0]!.authenticationPublicKey);
  expect(baker).toContain("string '{}' if METH_GET { path /authorized_keys }\n");
  expect(configs(tcp).baker).not.toContain("authorized_keys");
});

test("a signer's stage only retries when no answer has come", () => {
  const [stage] = /listen signer-pi-1[^]*?\n\n/.exec(configs().forwarder)!;
  expect(stage).toContain("retry-on conn-failure empty-response response-timeout\n");
});

describeReal("HAProxy accepts its configuration without a warning", { programs: ["haproxy"] }, () => {
  test.each(Object.keys(variants))("%s", (name) => {
    const folder = mkdtempSync(join(tmpdir(), "haproxy-"));
    try {
      for (const [role, text] of Object.entries(configs(variants[name as keyof typeof variants]))) {
        const file = join(folder, `${role}.cfg`);
        writeFileSync(file, text);
        const env = { ...process.env, FORWARDER_1: "10.0.0.1", FORWARDER_2: "10.0.0.2" };
        // -dW: a warning is an error.
        execFileSync(findProgram("haproxy")!, ["-c", "-dW", "-f", file], { env, stdio: "pipe" });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
