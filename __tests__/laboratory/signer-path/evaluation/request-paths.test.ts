import { pathOf, stageLines } from "../../../../laboratory/signer-path/evaluation/request-paths";

/** A line of HAProxy's log at a time on 8 November 2026. */
const line = (time: string, stage: string, server: string, milliseconds: number, request = "POST /keys/tz1") => ({
  time: 0,
  container: "proxy",
  text: `127.0.0.1:40000 [08/Nov/2026:${time}] ${stage} ${stage}/${server} 0/0/0/1/${milliseconds} 200 90 - - ---- 1/1/0/0/0 0/0 ${request}`,
});
const begin = Date.parse("2026-11-08T12:00:00.000Z") / 1000;

test("a stage's line has its server and times; requests for a key are left out", () => {
  expect(stageLines([line("12:00:00.100", "forwarders", "forwarder-1", 50)])).toEqual([
    { stage: "forwarders", server: "forwarder-1", begin: begin + 0.1, end: expect.closeTo(begin + 0.15) },
  ]);
  expect(stageLines([line("12:00:00.100", "forwarders", "forwarder-1", 50, "GET /keys/tz1")])).toEqual([]);
});

test("a request's path consists of the servers of the lines that end with it", () => {
  const proxies = {
    baker: stageLines([line("12:00:00.000", "forwarders", "forwarder-2", 700)]),
    forwarders: {
      "forwarder-2": stageLines([
        line("12:00:00.001", "baker-main", "pi-1", 698),
        line("12:00:00.002", "signer-pi-1", "eth0", 300),
        line("12:00:00.305", "signer-pi-1", "wwan0", 392),
      ]),
    },
  };
  expect(pathOf({ begin, end: begin + 0.7 }, proxies, "main")).toBe("forwarder-2 pi-1 wwan0");
  expect(pathOf({ begin, end: begin + 5 }, proxies, "main")).toBeUndefined();
});
