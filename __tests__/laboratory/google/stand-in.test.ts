import { connect } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GoogleStandIn } from "../../../laboratory/google/stand-in";
import { eachGoogle, GoogleTest } from "../../support/google";

const networks = "/compute/v1/projects/p/global/networks";

describe("requests", () => {
  const test_ = eachGoogle();

  test("are recorded, and writes are counted; what is refused or only reads is not a write", async () => {
    const { google } = test_;
    await google.post(networks, { name: "n" });
    await google.post(networks, { name: "n" });
    await google.get(`${networks}/n`);
    await google.post("/cloudresourcemanager/v1/projects/p:getIamPolicy");
    expect(google.standIn.requests.map(({ method, path, status, write }) => [method, path, status, write])).toEqual([
      ["POST", "/serviceusage/v1/projects/p/services:batchEnable", 200, 1],
      ["POST", networks, 200, 2],
      ["POST", networks, 409, undefined],
      ["GET", `${networks}/n`, 200, undefined],
      ["POST", "/cloudresourcemanager/v1/projects/p:getIamPolicy", 200, undefined],
    ]);
  });

  test("of the provider's clients that add the version once more are understood", async () => {
    expect(await test_.google.get("/serviceusage/v1/v1/projects/p/services")).toMatchObject({ httpStatus: 200 });
  });

  test("of a client that is killed while it sends are not done, and disturb nothing", async () => {
    const { google } = test_;
    const socket = connect(Number(new URL(google.standIn.url).port), "127.0.0.1");
    socket.write(`POST ${networks} HTTP/1.1\r\nhost: google\r\ncontent-length: 100\r\n\r\n{"name":`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await google.get(networks)).toMatchObject({ httpStatus: 200, items: [] });
  });

  test("that nobody serves say so", async () => {
    expect(await test_.google.get("/compute/v1/projects/p/global/images")).toMatchObject({
      httpStatus: 501,
      error: { message: "The stand-in does not serve GET /compute/v1/projects/p/global/images" },
    });
  });

  test("wait with their answers, once a write is done", async () => {
    const { google } = test_;
    const seen: (number | boolean)[] = [];
    google.standIn.beforeAnswer = ({ write }) => {
      seen.push(write, google.standIn.resources.has("compute/projects/p/global/networks/n"));
    };
    await google.post(networks, { name: "n" });
    await google.get(networks);
    expect(seen).toEqual([2, true]);
  });
});

describe("what exists", () => {
  test("goes back to a snapshot", async () => {
    const google = await GoogleTest.start();
    const before = google.standIn.snapshot();
    await google.post(networks, { name: "n" });
    google.standIn.restore(before);
    expect(await google.get(`${networks}/n`)).toMatchObject({ httpStatus: 404 });
    google.stop();
  });

  test("is kept in a file beyond the end of the process, without operations among the resources", async () => {
    const folder = mkdtempSync(join(tmpdir(), "google-"));
    const file = join(folder, "state.json");
    const first = await GoogleTest.start({ file });
    await first.post(networks, { name: "n" });
    first.stop();
    const second = new GoogleStandIn({ file });
    expect([...second.resources.keys()].filter((name) => name.startsWith("compute/"))).toEqual([
      "compute/projects/p/global/networks/n",
    ]);
    rmSync(folder, { recursive: true });
  });
});

test("the provider's variables send every service to loopback, with a token that nobody honours", async () => {
  const standIn = await new GoogleStandIn().start();
  const { GOOGLE_OAUTH_ACCESS_TOKEN: token, ...others } = standIn.variables;
  standIn.stop();
  expect(token).toBe("fake");
  const endpoints = Object.entries(others).filter(([name]) => name.endsWith("_CUSTOM_ENDPOINT"));
  expect(endpoints).toHaveLength(9);
  for (const [, url] of endpoints) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\w+\/(v1\/)?$/);
});
