import { LiveRun, Progress } from "../../../../laboratory/signer-path/report/progress";
import { ours } from "./sample-report";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const shown = (terminal: { isTTY?: boolean; columns?: number }) => {
  let text = "";
  const write = (part: string | Uint8Array) => ((text += String(part)), true);
  const progress = new Progress({ ...terminal, write });
  const live = new LiveRun(progress, () => "pi-1");
  ours.requests.slice(0, 5).forEach(live.count);
  jest.advanceTimersByTime(1000);
  progress.above(() => write("the uplink is cut\n"));
  live.fault = "the uplink drops all packets";
  live.count({ ...ours.requests[5]!, seconds: 0.5 });
  jest.advanceTimersByTime(1000);
  live.end();
  return text;
};

test("on a terminal, progress is one line that is rewritten every second and never wraps", () => {
  const [first, second] = [
    "  1.0 s  5 requests  0 failed  signed by pi-1 in 78 ms",
    "  2.0 s  6 requests  0 failed  signed by pi-1 in 0.50 s  fa",
  ];
  const back = "\r\u001b[K";
  expect(shown({ isTTY: true, columns: 60 })).toBe(`${first}${back}the uplink is cut\n${first}${back}${second}${back}`);
});

test("elsewhere, no progress is shown", () => {
  expect(shown({})).toBe("the uplink is cut\n");
});
