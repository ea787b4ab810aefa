import { GoogleTest } from "../../support/google";

describe("a service that the project has not enabled", () => {
  test("refuses every request, as Google words it", async () => {
    const google = await GoogleTest.start({ enabled: [] });
    expect(await google.get("/compute/v1/projects/p/global/networks/n")).toMatchObject({
      httpStatus: 403,
      error: {
        message: expect.stringMatching(
          /^Compute Engine API has not been used in project \d{12} before or it is disabled\./,
        ),
        errors: [{ reason: "accessNotConfigured" }],
        details: [{ reason: "SERVICE_DISABLED", metadata: { service: "compute.googleapis.com" } }],
      },
    });
    google.stop();
  });

  test("is listed once it is enabled, but goes on refusing for a while", async () => {
    const google = await GoogleTest.start({
      enabled: ["compute"],
      faults: { serviceActivationMilliseconds: 60_000 },
    });
    const names = (await google.get("/serviceusage/v1/projects/p/services"))["services"].map(
      ({ config }: { config: { name: string } }) => config.name,
    );
    expect(names).toContain("compute.googleapis.com");
    expect(names).not.toContain("container.googleapis.com");
    const networks = "/compute/v1/projects/p/global/networks";
    expect(await google.get(networks)).toMatchObject({ httpStatus: 403 });
    google.standIn.setFaults({});
    expect(await google.get(networks)).toMatchObject({ httpStatus: 200 });
    google.stop();
  });

  test("can be enabled alone, and disabled", async () => {
    const google = await GoogleTest.start({ enabled: [] });
    const service = "/serviceusage/v1/projects/p/services/compute.googleapis.com";
    expect(await google.get(service)).toMatchObject({ state: "DISABLED" });
    expect(await google.post(`${service}:enable`)).toMatchObject({ done: true });
    expect(await google.get(service)).toMatchObject({ state: "ENABLED" });
    await google.post(`${service}:disable`);
    expect(await google.get(service)).toMatchObject({ state: "DISABLED" });
    google.stop();
  });
});

test("a project has a number", async () => {
  const google = await GoogleTest.start();
  expect(await google.get("/cloudresourcemanager/v1/projects/p")).toMatchObject({
    projectId: "p",
    projectNumber: expect.stringMatching(/^\d{12}$/),
    lifecycleState: "ACTIVE",
  });
  google.stop();
});
