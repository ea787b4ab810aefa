import type { LogLine } from "../../../../laboratory/signer-path/testbed/pod-log";
import type { RequestRecord } from "../../../../laboratory/signer-path/records";
import { checks2019, stateChanges2019 } from "../../../../laboratory/signer-path/control-2019/evidence";

/** Lines of the incident report and of current programs, with their times in seconds. */
const lines = (...list: [number, string][]): LogLine[] => list.map(([time, text]) => ({ time, container: "", text }));
const login =
  "Accepted publickey for signer from 10.0.96.30 port 36418 ssh2: RSA SHA256:Kmxyimy0FGCK8XV05olM7xqSUK3Hm1";
const failed = "Warning: remote port forwarding failed for listen port 8443";
const logs = {
  sshd: lines(
    [16, login],
    [16.1, "bind [::]:65050: Address in use"],
    [16.2, "channel_setup_fwd_listener_tcpip: cannot listen to port: 65050"],
    [30, login],
    [30.5, "bind [::]:8443: Address already in use"],
    [60, login],
  ),
  haproxy: lines(
    [20, "[WARNING]  (1) : Server tezos-signer-backends/tezos-signer-1 is DOWN, reason: Layer7 timeout"],
    [20, "Server tezos-signer-backends/tezos-signer-1 is DOWN, reason: Layer7 timeout"],
    [61, "Server tezos-signer-backends/tezos-signer-1 is UP, reason: Layer7 check passed"],
  ),
  autossh: lines([15, "port down, restarting ssh"], [16.3, failed], [29, "port down, restarting ssh"], [30.6, failed]),
};
const request = { outcome: "failed", error: "503 Service Unavailable" } as RequestRecord;
const statistics = { longestGapSeconds: 50 };
const results = (...parameters: Parameters<typeof checks2019>) =>
  checks2019(...parameters).map((check) => [check.passed, check.actual]);

test("observes the failure in the report's log lines and in current ones", () => {
  expect(results(logs, [request, { ...request, error: "timeout" }], statistics, 6)).toEqual([
    [true, "3 logins"],
    [true, "2 lines"],
    [true, "2 lines"],
    [true, "1 requests"],
    [true, "50.0 s"],
  ]);
});

test("does not observe a failure that did not happen", () => {
  const quiet = { sshd: [], haproxy: [], autossh: [] };
  expect(results(quiet, [{ ...request, error: "500" }], { ...statistics, longestGapSeconds: 6 }, 6)).toEqual([
    [false, "0 logins"],
    [false, "0 lines"],
    [false, "0 lines"],
    [false, "0 requests"],
    [false, "6.0 s"],
  ]);
});

test("a tunnel without its ports is not up", () => {
  expect(stateChanges2019(logs).map(({ at, what, state }) => `${at} ${what} ${state}`)).toEqual([
    "15 tunnel down",
    "16.3 tunnel down",
    "20 tezos-signer-1 down",
    "29 tunnel down",
    "30.6 tunnel down",
    "60 tunnel up",
    "61 tezos-signer-1 up",
  ]);
});
