import { eachGoogle } from "../../support/google";

const test_ = eachGoogle();
const google = () => test_.google;

describe("a repository", () => {
  const repositories = "/artifactregistry/v1/projects/p/locations/r/repositories";
  const create = () => google().post(`${repositories}?repository_id=images`, { format: "DOCKER", labels: { a: "1" } });

  test("is created by an operation, whose response it is", async () => {
    const { name, done, response } = await create();
    expect([done, response["name"]]).toEqual([true, "projects/p/locations/r/repositories/images"]);
    expect(await google().get(`/artifactregistry/v1/${name}`)).toMatchObject({ done: true });
    expect(await create()).toMatchObject({ httpStatus: 409, error: { message: "the repository already exists" } });
    expect(await google().get(`${repositories}/images`)).toMatchObject({
      mode: "STANDARD_REPOSITORY",
      registryUri: "r-docker.pkg.dev/p/images",
    });
  });

  test("is changed by a field mask, has a policy, and is deleted", async () => {
    await create();
    await google().patch(`${repositories}/images?updateMask=labels`, { labels: { b: "2" }, format: "OTHER" });
    expect(await google().get(`${repositories}/images`)).toMatchObject({ labels: { b: "2" }, format: "DOCKER" });
    expect(await google().get(`${repositories}/images:getIamPolicy`)).toMatchObject({ etag: "ACAB" });
    await google().delete(`${repositories}/images`);
    expect(await google().get(`${repositories}/images`)).toMatchObject({ httpStatus: 404 });
    expect(await google().get(`${repositories}/images:getIamPolicy`)).toMatchObject({ httpStatus: 404 });
  });
});

describe("a secret", () => {
  const secrets = "/secretmanager/v1/projects/p/secrets";
  const create = () => google().post(`${secrets}?secretId=key`, { replication: { automatic: {} } });

  test("has a name with the project's number", async () => {
    await create();
    const name = expect.stringMatching(/^projects\/\d{12}\/secrets\/key$/);
    expect(await google().get(`${secrets}/key`)).toMatchObject({ name, replication: { automatic: {} } });
    expect(await create()).toMatchObject({
      httpStatus: 409,
      error: { message: expect.stringContaining("already exists") },
    });
  });

  test("is changed by a field mask, and is deleted", async () => {
    await create();
    await google().patch(`${secrets}/key?updateMask=labels`, { labels: { a: "1" } });
    expect(await google().get(`${secrets}/key`)).toMatchObject({ labels: { a: "1" }, replication: { automatic: {} } });
    await google().delete(`${secrets}/key`);
    expect(await google().get(secrets)).toMatchObject({ secrets: [] });
  });

  test("has versions, the newest first, whose content only access returns", async () => {
    await create();
    expect(await google().get(`${secrets}/key/versions/latest:access`)).toMatchObject({
      httpStatus: 404,
      error: {
        message: expect.stringMatching(/^Secret Version \[projects\/\d+\/secrets\/key\/versions\/latest] not found/),
      },
    });
    await google().post(`${secrets}/key:addVersion`, { payload: { data: "b25l" } });
    const second = await google().post(`${secrets}/key:addVersion`, { payload: { data: "dHdv" } });
    const name = expect.stringMatching(/\/secrets\/key\/versions\/2$/);
    expect(second).toEqual({ httpStatus: 200, name, state: "ENABLED", createTime: expect.any(String) });
    const { versions } = await google().get(`${secrets}/key/versions`);
    expect(versions.map((version: { name: string }) => version.name.slice(-1))).toEqual(["2", "1"]);
    expect(JSON.stringify(versions)).not.toContain("dHdv");
    expect(await google().get(`${secrets}/key/versions/latest:access`)).toMatchObject({ payload: { data: "dHdv" } });
    expect((await google().get(secrets)).secrets).toHaveLength(1);
    await google().delete(`${secrets}/key`);
    await create();
    expect(await google().get(`${secrets}/key/versions`)).toMatchObject({ versions: [] });
  });
});
