import type { RecordedRequest } from "../../../../laboratory/google/stand-in";
import { isSameWrite, spread, writeTitle } from "../../../../laboratory/verify/platform/writes";

const request = (method: string, path: string, body = {}): RecordedRequest => ({ method, path, body, status: 200 });
const address = "/compute/v1/projects/p/regions/r/addresses";

test("a write is named by its method, its resource and the name in its body", () => {
  expect(writeTitle(request("POST", address, { name: "a" }))).toBe("POST r/addresses a");
  expect(writeTitle(request("POST", `${address}/a/setLabels`))).toBe("POST a/setLabels");
  expect(writeTitle(request("POST", "/container/v1/projects/p/locations/l/clusters", { cluster: { name: "c" } }))).toBe(
    "POST l/clusters c",
  );
});

test("two requests are the same write if they have the same name", () => {
  const [a, b] = ["a", "b"].map((name) => request("POST", address, { name }));
  expect(isSameWrite(a!, { ...a!, status: 409 })).toBe(true);
  expect(isSameWrite(a!, b!)).toBe(false);
  const services = "/serviceusage/v1/projects/p/services";
  const enable = ["/a.googleapis.com:enable", "/b.googleapis.com:enable", ":batchEnable", "/a.googleapis.com:disable"];
  const [one, other, several, disable] = enable.map((end) => request("POST", `${services}${end}`));
  expect([other!, several!, disable!].map((each) => isSameWrite(one!, each))).toEqual([true, true, false]);
});

test.each([
  [3, [0, 5, 10]],
  [6, [0, 2, 4, 6, 8, 10]],
  [Infinity, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
])("spread() takes %d of 11 items, with the first and the last", (count, expected) => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], count)).toEqual(expected);
});
