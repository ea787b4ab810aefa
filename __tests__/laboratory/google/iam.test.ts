import { eachGoogle } from "../../support/google";

const accounts = "/iam/v1/projects/p/serviceAccounts";
const email = "nodes@p.iam.gserviceaccount.com";
const project = "/cloudresourcemanager/v1/projects/p";
const member = `serviceAccount:${email}`;

const test_ = eachGoogle();
const google = () => test_.google;
const createAccount = () => google().post(accounts, { accountId: "nodes", serviceAccount: { displayName: "VMs" } });
const setPolicy = (resource: string, members: string[], policy = {}) =>
  google().post(`${resource}:setIamPolicy`, { policy: { bindings: [{ role: "roles/viewer", members }], ...policy } });

test("a service account is created, changed by a field mask, and deleted", async () => {
  expect(await createAccount()).toMatchObject({ email, name: `projects/p/serviceAccounts/${email}`, projectId: "p" });
  expect(await createAccount()).toMatchObject({
    httpStatus: 409,
    error: { message: "Service account nodes already exists within project projects/p." },
  });
  await google().patch(`${accounts}/${email}`, { serviceAccount: { displayName: "new" }, updateMask: "display_name" });
  expect(await google().get(`${accounts}/${encodeURIComponent(email)}`)).toMatchObject({ displayName: "new", email });
  expect((await google().get(accounts))["accounts"]).toHaveLength(1);
  await google().delete(`${accounts}/${email}`);
  expect(await google().get(`${accounts}/${email}`)).toMatchObject({ httpStatus: 404 });
});

test("a policy is changed only by who has seen it", async () => {
  await createAccount();
  const { etag } = await google().post(`${project}:getIamPolicy`);
  const set = await setPolicy(project, [member], { etag });
  expect(set).toMatchObject({ bindings: [{ role: "roles/viewer", members: [member] }] });
  expect(await setPolicy(project, [], { etag })).toMatchObject({
    httpStatus: 409,
    error: { status: "ABORTED", message: expect.stringContaining("concurrent policy changes") },
  });
  expect(await setPolicy(project, [], { etag: set["etag"] })).not.toHaveProperty("bindings");
});

test("a policy does not name a service account that does not exist, or was created just now", async () => {
  const unknown = { httpStatus: 400, error: { message: `Service account ${email} does not exist.` } };
  expect(await setPolicy(project, [member])).toMatchObject(unknown);
  google().standIn.setFaults({ serviceAccountDelayMilliseconds: 60_000 });
  await createAccount();
  expect(await setPolicy(project, [member])).toMatchObject(unknown);
  google().standIn.setFaults({});
  expect(await setPolicy(project, [member])).toMatchObject({ httpStatus: 200 });
});

test("a project's workload identity pool exists once it has a cluster with one", async () => {
  await createAccount();
  const members = ["serviceAccount:p.svc.id.goog[namespace/account]"];
  const account = `${accounts}/${email}`;
  expect(await setPolicy(account, members)).toMatchObject({
    httpStatus: 400,
    error: { message: expect.stringContaining("Identity Pool does not exist (p.svc.id.goog)") },
  });
  await google().createNetwork();
  await google().createCluster();
  expect(await setPolicy(account, members)).toMatchObject({ httpStatus: 200 });
  expect(await google().post(`${account}:getIamPolicy`)).toMatchObject({ bindings: [{ members }] });
});
